// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/hidden.hpp>
#include <offload/framework/concept.hpp>

#include <string>
#include <string_view>

namespace offload {

/// Ready-made for `reader`: reads the output of `go test -json` while it runs.
///
/// A test's id consists of {classname}, its package, and {name}. A subtest that is not in the batch
/// is part of its parent: its output is added to the parent's. The id of a package stands for the
/// whole package, for example if it does not build.
///
/// If a test binary crashes, the running test is errored. If several tests were running in
/// parallel, the cause is unknown and none of them is reported.
class go_json_reader {
 public:
  explicit go_json_reader(batch tests, std::string id_format = "{classname} {name}");

  void feed(stream from, std::string_view bytes, framework_event_sink const& emit);
  void interrupted(framework_event_sink const& emit);
  void finish(exit_status status, framework_event_sink const& emit);

 private:
  class parts;
  hidden<parts> parts_;
};
static_assert(EventReader<go_json_reader>);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/framework/go_json_reader-inl.hpp>
#endif
