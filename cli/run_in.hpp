// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/config.hpp>
#include <offload/framework/any.hpp>
#include <offload/provider/concept.hpp>
#include <offload/report/artifact_folders.hpp>
#include <offload/report/junit_reporter.hpp>
#include <offload/report/local_artifacts.hpp>
#include <offload/report/log_files.hpp>
#include <offload/report/optional.hpp>
#include <offload/report/output_directory.hpp>
#include <offload/report/progress.hpp>
#include <offload/report/summary.hpp>
#include <offload/report/terminal.hpp>
#include <offload/runner/runner.hpp>
#include <offload/scheduler/constrained.hpp>
#include <offload/scheduler/hedged.hpp>
#include <offload/scheduler/pull.hpp>

#include <cstdio>
#include <stop_token>
#include <string>
#include <utility>

#include "commands.hpp"
#include "earlier_runs.hpp"
#include "run_local.hpp"
#include "sharding.hpp"
#include "warn.hpp"

namespace offload::cli {

/// What a run needs beside its provider.
struct run_parts {
  config const& c;
  run_options const& options;
  any_framework framework;
  discovery_site site;
  output_directory& output;
  optional_reporter<local_artifacts> artifacts{};
};

/// What is to be fetched from sandboxes on other machines.
[[nodiscard]] inline artifact_wish artifact_wish_of(report_config const& report,
                                                    output_directory const& output) {
  return {.globs = report.download_globs,
          .of = artifact_source_of(report),
          .folder = [to = output.path()](sandbox_id const& sandbox, batch_id batch) {
            return artifact_folder(to, sandbox, batch);
          }};
}

/// Runs everything in sandboxes of `provider`, and reports. Returns the exit code. Instantiated in
/// one file a provider, as it takes seconds to compile.
template <Provider P>
int run_in(P provider, run_parts parts, std::stop_token stop) {
  auto const& report = parts.c.report;
  auto settings = settings_of(parts.c, parts.options);
  auto earlier =
      what_earlier_runs_say(parts.c, parts.options, parts.output.path() / report.junit_file);
  if (!earlier) { return fail_with(earlier.error()); }
  settings.durations = std::move(earlier->durations);
  settings.default_duration = earlier->default_duration;
  settings.settled = earlier->last.settled;
  if (parts.c.run.speculative_retries.value_or(!shares_machine<P>)) {
    settings.retry_ahead_after = seconds{1};
  }
  settings.failure_rates = std::move(earlier->failure_rates);
  if (auto part = chooser_of(parts.options.shard, std::move(earlier->in_history))) {
    settings.choose = std::move(*part);
  }
  // Copies of running tests would disturb each other where they share a machine.
  auto const copies =
      parts.c.run.impatiently_requeue_batches && !shares_machine<P> ? hedging::on : hedging::off;
  optional_reporter<artifact_folders> folders;
  if (!shares_machine<P> && !report.download_globs.empty()) {
    settings.artifacts = artifact_wish_of(report, parts.output);
    folders = optional_reporter{artifact_folders{parts.output}};
  }
  using optional_junit = optional_reporter<junit_reporter>;
  auto const shown_cost =
      parts.options.show_estimated_cost ? cost_display::estimate : cost_display::none;
  auto const kind = std::string{to_string(kind_of(parts.c.framework))};
  runner everything{std::move(provider),
                    std::move(parts.framework),
                    constrained{hedged{pull_scheduler{}, copies}},
                    report.junit
                        ? optional_junit{junit_reporter{{parts.output.path(), report.junit_file,
                                                         kind, std::move(earlier->settled_cases)}}}
                        : optional_junit{},
                    recorder_of(parts.c, parts.options),
                    log_files{parts.output.path()},
                    std::move(parts.artifacts),
                    std::move(folders),
                    progress_for(parts.options),
                    summary_reporter{stdout, style_for(stdout), shown_cost}};
  everything.discover_in(std::move(parts.site));
  auto const outcome = everything.run(settings, std::move(stop));
  auto& [junit, recorder, logs, artifacts, fetched, progress, summary] = everything.reporters();
  if (!outcome) {
    progress.close();
    return fail_with(outcome.error());
  }
  auto code = exit_code(outcome->summary());
  if (auto* written = junit.get(); written != nullptr && written->failure()) {
    code = fail_with(*written->failure());
  }
  if (logs.failure()) { warn(to_string(*logs.failure())); }
  if (auto const* kept = artifacts.get(); kept != nullptr && kept->failure()) {
    warn(to_string(*kept->failure()));
  }
  if (auto const* listed = fetched.get(); listed != nullptr && listed->failure()) {
    warn(to_string(*listed->failure()));
  }
  if (auto const* recorded = recorder.get(); recorded != nullptr) {
    warn_of_history(*recorded, *parts.c.history);
  }
  if (parts.options.failed) {
    say_what_ran_again(earlier->last, outcome->tests);
  } else if (outcome->tests.empty()) {
    warn("no tests were discovered");
  }
  return code;
}

}  // namespace offload::cli
