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

/// Whether the summary says what the run has cost.
enum class cost_display { none, estimate };

/// Whether the summary names tests and says where the time went.
enum class summary_extent { full, counts };

/// The summary that a person reads after a run: the counts, the names of the tests that need a
/// look, where the time went, and a verdict in one sentence. Empty when the run had no tests.
///
/// Scripts read the lines of the counts ("  Failed:  2"). The length of the text is bounded for any
/// number of tests. Names and reasons are shown without control characters.
[[nodiscard]] std::string render_summary(run_summary const& summary, text_style style,
                                         cost_display cost = cost_display::none,
                                         summary_extent extent = summary_extent::full);

/// `d` with all its digits and no more: "6.012345678s", "12.5ms", "3µs".
[[nodiscard]] std::string precise_duration(seconds d);

/// Writes the summary of a run when it has ended.
class summary_reporter {
 public:
  /// `to` has to outlive the reporter.
  explicit summary_reporter(std::FILE* to = stdout)
      : summary_reporter{to, terminal::style_for(to)} {}
  summary_reporter(std::FILE* to, text_style style, cost_display cost = cost_display::none,
                   summary_extent extent = summary_extent::full)
      : to_{to}, style_{style}, cost_{cost}, extent_{extent} {}

  void on(run_event const& event);

 private:
  std::FILE* to_;
  text_style style_;
  cost_display cost_ = cost_display::none;
  summary_extent extent_ = summary_extent::full;
};

static_assert(Reporter<summary_reporter>);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/report/summary-inl.hpp>
#endif
