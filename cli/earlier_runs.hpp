// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/config.hpp>
#include <offload/core/error.hpp>
#include <offload/core/junit.hpp>
#include <offload/core/run_event.hpp>
#include <offload/history/last_run.hpp>
#include <offload/history/recorder.hpp>
#include <offload/report/optional.hpp>

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "commands.hpp"

namespace offload::cli {

/// What is known before a run begins.
struct earlier_runs {
  std::unordered_map<test_id, seconds> durations{};
  std::unordered_map<test_id, seconds> in_history{};  ///< those that every machine knows
  std::unordered_map<test_id, double> failure_rates{};
  std::optional<seconds> default_duration{};
  last_run last{};                          ///< with `--failed` only, as is the next
  std::vector<junit_case> settled_cases{};  ///< what the report says of tests that do not run again
};

/// Reads the history, if the configuration has one, and the report of the run before. A test's
/// duration is that of the history, or else of the report. Fails when `--failed` finds neither.
[[nodiscard]] result<earlier_runs> what_earlier_runs_say(config const& c,
                                                         run_options const& options,
                                                         std::filesystem::path const& junit);

/// What each test of the history is expected to take; nothing without a history.
[[nodiscard]] std::unordered_map<test_id, seconds> durations_in_history(
    config const& c, std::string const& config_path);

/// What the last run has left open, for `--failed`.
[[nodiscard]] result<last_run> what_the_last_run_left(config const& c, run_options const& options);

/// Records the run in the history, if it is to be.
[[nodiscard]] optional_reporter<history_recorder> recorder_of(config const& c,
                                                              run_options const& options);

/// Warns of what went wrong with that.
void warn_of_history(history_recorder const& recorder, history_config const& history);

/// Tells, after a run with `--failed`, what there was none of.
void say_what_ran_again(last_run const& last, std::span<test_record const> tests);

}  // namespace offload::cli
