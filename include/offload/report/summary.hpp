// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/run_event.hpp>
#include <offload/core/time.hpp>
#include <offload/report/concept.hpp>
#include <offload/report/terminal.hpp>

#include <cstdio>
#include <string>

namespace offload {

/// What a person reads after a run: the counts, the names of the tests that need a look, where the
/// time went, and a verdict in one sentence. Empty when the run had no tests.
///
/// The lines of the counts ("  Failed:  2") are read by scripts. However many tests there are, the
/// text stays bounded; names and reasons are shown without control characters.
[[nodiscard]] std::string render_summary(run_summary const& summary, text_style style);

/// `d` with all its digits and no more: "6.012345678s", "12.5ms", "3µs".
[[nodiscard]] std::string precise_duration(seconds d);

/// Writes the summary of a run when it has ended.
class summary_reporter {
 public:
  /// `to` has to outlive the reporter.
  explicit summary_reporter(std::FILE* to = stdout) : summary_reporter{to, style_for(to)} {}
  summary_reporter(std::FILE* to, text_style style) : to_{to}, style_{style} {}

  void on(run_ended const& event, time_point now);

 private:
  std::FILE* to_;
  text_style style_;
};

static_assert(Reporter<summary_reporter>);

}  // namespace offload
