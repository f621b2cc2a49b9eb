// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/hidden.hpp>
#include <offload/framework/concept.hpp>

#include <string>
#include <string_view>

namespace offload {

/// Ready-made for `reader`: reads the output of a GoogleTest program while it runs.
///
/// A test's id consists of {classname}, its suite, and {name}. The output of the program between
/// the lines `[ RUN      ]` and `[       OK ]` is the test's text.
class googletest_reader {
 public:
  explicit googletest_reader(batch tests, std::string id_format = "{classname}.{name}");

  void feed(stream from, std::string_view bytes, framework_event_sink const& emit);
  void interrupted(framework_event_sink const& emit);
  void finish(exit_status status, framework_event_sink const& emit);

 private:
  class parts;
  hidden<parts> parts_;
};
static_assert(EventReader<googletest_reader>);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/framework/googletest_reader-inl.hpp>
#endif
