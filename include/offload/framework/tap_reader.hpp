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
/// A test point is the test that its description names, or its number where it has none. Its text
/// is what the command has written since the point before, be it output or a subtest, and behind it
/// lines that begin with `#` and a YAML block. A failure that TODO announces counts as skipped.
///
/// A point that passes is reported at once, another when its text is complete. TAP does not say
/// which test begins, unless by a line `# Subtest: NAME`. A test took as long as passed since the
/// point before it.
class tap_reader {
 public:
  using clock = std::function<time_point()>;

  /// `id_format` says how the ids were made of {name}, the description.
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
  time_point since_;                      ///< the end of the point before
  std::unordered_set<std::string> open_;  ///< not reported yet
  line_splitter lines_;
  std::optional<test_report> held_;  ///< a point whose text is not complete
  std::string before_;               ///< lines for the point behind them
  bool in_yaml_ = false;
  bool interrupted_ = false;
  bool heard_any_ = false;
  std::size_t strangers_ = 0;  ///< points that fit no test
};
static_assert(EventReader<tap_reader>);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/framework/tap_reader-inl.hpp>
#endif
