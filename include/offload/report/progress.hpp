// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/hidden.hpp>
#include <offload/core/run_event.hpp>
#include <offload/report/concept.hpp>

#include <cstdio>
#include <string>
#include <string_view>

/// The progress of a run, for a person or a CI log. All of it goes to standard error.
namespace offload {

enum class progress_mode {
  live,    ///< a few lines at the bottom of a terminal, redrawn in place
  lines,   ///< a log: what has been reached, now and then
  quiet,   ///< what was found, failures and warnings
  silent,  ///< warnings
};

enum class verbosity { normal, informative, verbose };

/// A line of a preparation as it is shown: those of commands with `[prepare]` in front.
[[nodiscard]] std::string shown_preparation(std::string_view line);

/// Where progress would be shown.
struct progress_place {
  bool on_terminal = false;
  bool in_ci = false;
  std::string_view term{};  ///< the value of TERM
};

/// A live display for a terminal that can move its cursor, unless the user wants to read what
/// happens or the output is kept as a log.
[[nodiscard]] progress_mode progress_mode_for(progress_place const& place, verbosity wanted);

/// Shows progress. It must come before the reporters that print to the same terminal.
class progress_reporter {
 public:
  /// `to` has to outlive the reporter.
  progress_reporter(std::FILE* to, progress_mode mode, verbosity wanted = verbosity::normal);

  void on(run_event const& event);

 private:
  class parts;
  hidden<parts> parts_;
};

static_assert(Reporter<progress_reporter>);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/report/progress-inl.hpp>
#endif
