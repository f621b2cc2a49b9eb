// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/hidden.hpp>
#include <offload/core/time.hpp>
#include <offload/framework/concept.hpp>

#include <functional>
#include <string>
#include <string_view>

namespace offload {

/// Ready-made for `reader`: reads the Test Anything Protocol, versions 12 to 14, from a command's
/// standard output.
///
/// The id of a test point is its description, or its number if it has none. Its text is the output
/// since the previous point, including subtests, and the lines after the point that begin with `#`
/// or form a YAML block. A failure marked TODO counts as skipped.
///
/// A passing point is reported immediately, a failing one when its text is complete. TAP does not
/// announce the start of a test, except by a line `# Subtest: NAME`. The duration of a test is the
/// time since the previous point.
class tap_reader {
 public:
  using clock = std::function<time_point()>;

  /// `id_format` is the format of ids in terms of {name}, the description.
  explicit tap_reader(batch tests, std::string id_format = "{name}", clock now = steady_clock::now);

  void feed(stream from, std::string_view bytes, framework_event_sink const& emit);
  void interrupted(framework_event_sink const& emit);
  void finish(exit_status status, framework_event_sink const& emit);

 private:
  class parts;
  hidden<parts> parts_;
};
static_assert(EventReader<tap_reader>);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/framework/tap_reader-inl.hpp>
#endif
