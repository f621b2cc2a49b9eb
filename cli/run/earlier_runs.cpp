// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "run/earlier_runs.hpp"

#include <offload/history/file.hpp>
#include <offload/history/fixed_costs.hpp>
#include <offload/history/prediction.hpp>
#include <offload/process/file_access.hpp>
#include <offload/report/output_layout.hpp>
#include <offload/runner/selection.hpp>

#include <fmt/core.h>

#include <cstdio>
#include <filesystem>
#include <utility>

#include "command_line/print.hpp"
#include "command_line/warn.hpp"
#include "logs/run_results.hpp"
#include "run/run_local.hpp"
#include "run/sharding.hpp"

namespace offload::cli {
namespace {

/// The results of the last run, and where they were read: a path, or "the history".
struct last_results {
  last_run last;
  std::string source;
};

/// Texts of the tests are needed where they stay in this run's results. A report is of some other
/// time when this run writes none.
std::optional<run_results> results_before(launch const& asked) {
  auto const& report = asked.c.report;
  auto read =
      read_results(report, which_run::last,
                   {.attempts = asked.failed, .good_outputs = asked.failed}, asked.config_path);
  if (!read) { return {}; }
  bool const is_old = !report.junit && read->source == report_path(report, which_run::last);
  if (asked.failed && is_old) { return {}; }
  return std::move(*read);
}

bool is_unfinished(launch const& asked) {
  std::error_code unknown;
  auto const mark = std::filesystem::path{asked.c.report.output_dir} / output_layout::unfinished;
  return std::filesystem::exists(mark, unknown);
}

std::optional<run_results> durations_of_the_run_before(launch const& asked) {
  if (!is_unfinished(asked)) { return {}; }
  auto read = read_results(asked.c.report, which_run::before_last, {}, asked.config_path);
  return read ? std::optional{std::move(*read)} : std::nullopt;
}

result<last_results> last_results_from(std::optional<run_results> const& before,
                                       launch const& asked, history const& known) {
  auto const report = report_path(asked.c.report, which_run::last).string();
  if (before && !before->record.tests.empty()) {
    return last_results{last_run_of(before->record),
                        asked.c.report.junit ? report : before->source.string()};
  }
  auto last = last_run_of(known, asked.config_path);
  if (!last.already_passed.empty() || !last.to_rerun.empty()) {
    return last_results{std::move(last), "the history"};
  }
  return tl::unexpected(error{
      errc::not_found,
      fmt::format("--failed needs the results of an earlier run: there are none in {}", report),
      "Run `offload run` first."});
}

void say_what_runs_again(last_results const& found) {
  if (found.last.failed_outside) {
    print_to(stderr, "[rerun] {}: the run failed outside of its tests; all tests run again\n",
             found.source);
    return;
  }
  auto const count = found.last.to_rerun.size();
  print_to(stderr, "[rerun] {}: {} {} or did not run; new tests run, too\n", found.source, count,
           count == 1 ? "test failed, was flaky" : "tests failed, were flaky");
}

}  // namespace

history history_of(config const& c) {
  if (!c.history) { return {}; }
  auto known = load_history(c.history->path);
  if (!known) {
    warn("the history is not used: " + to_string(known.error()));
    return {};
  }
  for (auto const& text : described(c.history->path, known->damaged())) { warn(text); }
  return std::move(*known);
}

result<earlier_runs> what_earlier_runs_say(launch const& asked) {
  auto const known = history_of(asked.c);
  auto before = results_before(asked);
  fixed_costs const costs{known, asked.config_path};
  earlier_runs all{.longest_start = costs.longest_start(),
                   .batch_cost = costs.of_batch(),
                   .file_cost = costs.of_file()};
  if (asked.c.history) {
    predictions const predicted{known, asked.config_path, asked.c.history->default_duration};
    all.shared_durations = predicted.durations();
    all.known.failure_rates = predicted.failure_rates();
    all.known.durations = all.shared_durations;
    all.known.default_duration = asked.c.history->default_duration;
  }
  // A run without a verdict has left no results, but those of the run before tell durations.
  auto const older = before ? std::nullopt : durations_of_the_run_before(asked);
  if (before || older) { all.known.add(before ? before->record : older->record); }
  if (!asked.failed) { return all; }
  if (is_unfinished(asked)) {
    print_to(stderr, "[rerun] the last run ended without a verdict; all tests run again\n");
    return all;
  }
  auto found = last_results_from(before, asked, known);
  if (!found) { return tl::unexpected(found.error()); }
  say_what_runs_again(*found);
  all.last = std::move(found->last);
  return all;
}

void apply(earlier_runs const& known, run_settings& settings, launch const& asked) {
  settings.longest_start = known.longest_start;
  settings.batch_cost = known.batch_cost;
  settings.file_cost = known.file_cost;
  settings.already_passed = known.last.already_passed;
  settings.choose = chooser_of(asked.part, known.shared_durations);
}

result<std::vector<test_case>> tests_of_part(launch const& asked, listing const& found) {
  if (!asked.failed && !asked.part) { return found.tests(); }
  auto settings = settings_of(asked);
  return what_earlier_runs_say(asked).map([&](earlier_runs const& known) {
    apply(known, settings, asked);
    auto tests = found.tests();
    known.known.estimate(tests);
    return tests_to_run(std::move(tests), settings);
  });
}

std::string selection_of(launch const& asked) {
  auto words = fmt::format("shard {}\n", asked.part ? to_string(*asked.part) : "");
  for (auto const& one : asked.c.groups) {
    words += fmt::format("{}: {}\n", one.name, one.filters);
  }
  return words;
}

optional_reporter<history_recorder> recorder_of(launch const& asked) {
  if (!asked.c.history) { return {}; }
  bool const wanted =
      asked.record_history || asked.c.history->record_history == history_recording::always;
  if (!wanted) { return {}; }
  return optional_reporter{history_recorder{*asked.c.history, asked.config_path}};
}

void warn_of_damage(history_recorder const& recorder, history_config const& history) {
  if (!recorder.damaged().empty()) {
    warn(fmt::format("{}: lines that cannot be read are now in {}", history.path,
                     damaged_path(history.path).string()));
  }
}

void mark_unfinished(std::filesystem::path const& output_dir) {
  (void)files::append(output_dir / output_layout::unfinished, "");
}

void mark_finished(std::filesystem::path const& output_dir) {
  std::error_code missing;
  std::filesystem::remove(output_dir / output_layout::unfinished, missing);
}

void set_results_aside(report_config const& report) {
  auto const record = std::filesystem::path{report.output_dir} / output_layout::record;
  for (auto const& results : {report_path(report, which_run::last), record}) {
    std::error_code missing;
    std::filesystem::rename(results, previous_path(results), missing);
  }
}

void say_what_ran_again(last_run const& last, std::span<test_record const> tests) {
  if (auto const gone = gone_from(tests, last); gone > 0) {
    print_to(stderr, "[rerun] {} of the last run's tests {} gone\n", gone,
             gone == 1 ? "is" : "are");
  }
  if (tests.empty()) { print_to(stderr, "[rerun] there is nothing to run again\n"); }
}

}  // namespace offload::cli
