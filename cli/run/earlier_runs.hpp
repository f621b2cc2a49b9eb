// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/config.hpp>
#include <offload/core/error.hpp>
#include <offload/core/run_event.hpp>
#include <offload/core/run_record.hpp>
#include <offload/history/history_estimator.hpp>
#include <offload/history/last_run.hpp>
#include <offload/history/recorder.hpp>
#include <offload/report/optional.hpp>
#include <offload/runner/listing.hpp>
#include <offload/runner/settings.hpp>

#include <filesystem>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "run/launch.hpp"

namespace offload::cli {

/// Everything that is known before a run begins.
struct earlier_runs {
  history_estimator known{};
  /// The durations of the history only: every machine that has the repository knows them.
  std::unordered_map<test_id, seconds> shared_durations{};
  seconds longest_start{};  ///< of a test process, or a listing
  seconds batch_cost{};     ///< see `run_settings`
  seconds file_cost{};
  last_run last{};  ///< with `--failed` only
};

/// The history that the configuration names; an empty one when it names none. One that cannot be
/// read is not used, with a warning.
[[nodiscard]] history history_of(config const& c);

/// Reads the history, if the configuration has one, and the results of the run before. A test's
/// duration is that of the history, or else of that run. Fails when `--failed` finds neither.
[[nodiscard]] result<earlier_runs> what_earlier_runs_say(launch const& asked);

/// Sets which tests a run with these options runs, and what start-ups and batches took before.
void apply(earlier_runs const& known, run_settings& settings, launch const& asked);

/// The tests that a run with these options is for: all, or those of a part (`--shard`) and what the
/// last run has left open (`--failed`), for which the history and the last report are read.
[[nodiscard]] result<std::vector<test_case>> tests_of_part(launch const& asked,
                                                           listing const& found);

/// Which tests a run is for: the groups and the shard, in words of our own.
[[nodiscard]] std::string selection_of(launch const& asked);

/// Records the run in the history, if it is to be.
[[nodiscard]] optional_reporter<history_recorder> recorder_of(launch const& asked);

/// Warns of lines of the history that could not be read.
void warn_of_damage(history_recorder const& recorder, history_config const& history);

/// Marks the output folder as that of a run without a verdict, and takes the mark away. The results
/// in a marked folder are not those of the last run: with `--failed`, all tests run again.
void mark_unfinished(std::filesystem::path const& output_dir);
void mark_finished(std::filesystem::path const& output_dir);

/// Makes the results of the last run those of the run before. This run has none, and nobody is to
/// take older ones for them.
void set_results_aside(report_config const& report);

/// Tells, after a run with `--failed`, what there was none of.
void say_what_ran_again(last_run const& last, std::span<test_record const> tests);

}  // namespace offload::cli
