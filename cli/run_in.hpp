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

#include <concepts>
#include <cstdio>
#include <stop_token>
#include <string>
#include <tuple>
#include <utility>

#include "commands.hpp"
#include "earlier_runs.hpp"
#include "explain.hpp"
#include "github.hpp"
#include "run_local.hpp"
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

/// Warns when a reporter could not do its work. The JUnit report is no such extra: without it the
/// run has failed.
template <Reporter R>
void warn_of_failure(R const& reporter) {
  if constexpr (requires { reporter.get(); }) {
    if (auto const* held = reporter.get(); held != nullptr) { warn_of_failure(*held); }
  } else if constexpr (requires { reporter.failure(); } && !std::same_as<R, junit_reporter>) {
    if (reporter.failure()) { warn(to_string(*reporter.failure())); }
  }
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
  apply(*earlier, settings, parts.options);
  if (parts.c.run.speculative_retries.value_or(!shares_machine<P>)) {
    settings.retry_ahead_after = seconds{1};
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
  auto const kind = std::string{to_string(kind_of(parts.c.framework))};
  runner everything{std::move(provider),
                    std::move(parts.framework),
                    constrained{hedged{pull_scheduler{}, copies}},
                    report.junit
                        ? optional_junit{junit_reporter{{parts.output.path(), report.junit_file,
                                                         kind, std::move(earlier->settled_cases),
                                                         selection_of(parts.c, parts.options)}}}
                        : optional_junit{},
                    recorder_of(parts.c, parts.options),
                    log_files{parts.output.path()},
                    std::move(parts.artifacts),
                    std::move(folders),
                    progress_for(parts.options),
                    summary_for(parts.c, parts.options),
                    github_for(parts.c, parts.options)};
  everything.discover_in(std::move(parts.site));
  auto const outcome = everything.run(settings, std::move(stop));
  if (!outcome) {
    std::get<progress_reporter>(everything.reporters()).close();
    return fail_with(outcome.error());
  }
  auto code = exit_code(outcome->summary(), parts.options.flaky_exit_code);
  if (auto const* junit = std::get<optional_junit>(everything.reporters()).get();
      junit != nullptr && junit->failure()) {
    code = fail_with(*junit->failure());
  }
  std::apply([](auto const&... reporter) { (warn_of_failure(reporter), ...); },
             everything.reporters());
  if (auto const* recorded =
          std::get<optional_reporter<history_recorder>>(everything.reporters()).get();
      recorded != nullptr) {
    warn_of_damage(*recorded, *parts.c.history);
  }
  if (parts.options.failed) {
    say_what_ran_again(earlier->last, outcome->tests);
  } else if (outcome->tests.empty()) {
    warn("no tests were discovered");
  }
  if (parts.options.for_agent && code != 0) { explain_last_run(parts.c, parts.options.config); }
  return code;
}

}  // namespace offload::cli
