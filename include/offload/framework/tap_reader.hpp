// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/line_splitter.hpp>
#include <offload/core/time.hpp>
#include <offload/framework/concept.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>

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
  void read_line(std::string_view line, framework_event_sink const& emit);
  void read_point(std::string_view rest, outcome said, framework_event_sink const& emit);
  void read_detail(std::string_view line);
  void read_plan(std::string_view line, framework_event_sink const& emit);
  void report_held(framework_event_sink const& emit);
  [[nodiscard]] std::string id_of(std::string_view name) const;

  batch tests_;
  std::string id_format_;
  clock now_;
  time_point since_;                      ///< the end of the previous point
  std::unordered_set<std::string> open_;  ///< not reported yet
  line_splitter lines_;
  std::optional<test_report> held_;  ///< a point whose text is not complete
  std::string before_;               ///< lines that belong to the next point
  bool in_yaml_ = false;
  bool interrupted_ = false;
  bool heard_any_ = false;
  std::size_t strangers_ = 0;  ///< points that match no test
};
static_assert(EventReader<tap_reader>);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/framework/tap_reader-inl.hpp>
#endif
