// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/config.hpp>
#include <offload/framework/any.hpp>
#include <offload/provider/concept.hpp>
#include <offload/report/artifact_folders.hpp>
#include <offload/report/local_artifacts.hpp>
#include <offload/report/optional.hpp>
#include <offload/report/output_directory.hpp>
#include <offload/report/output_layout.hpp>
#include <offload/report/progress.hpp>
#include <offload/runner/runner.hpp>
#include <offload/scheduler/constrained.hpp>
#include <offload/scheduler/hedged.hpp>
#include <offload/scheduler/pull.hpp>

#include <cstdio>
#include <stop_token>
#include <string>
#include <tuple>
#include <utility>

#include "command_line/commands.hpp"
#include "command_line/print.hpp"
#include "command_line/warn.hpp"
#include "github/github.hpp"
#include "logs/explain.hpp"
#include "page/page_report.hpp"
#include "run/earlier_runs.hpp"
#include "run/reports.hpp"
#include "run/run_local.hpp"

namespace offload::cli {

/// The parts that a run needs in addition to its provider.
struct run_parts {
  launch const& asked;
  discovery_site site;
  output_directory& output;
  optional_reporter<local_artifacts> artifacts{};
};

/// The artifacts to fetch from sandboxes on other machines.
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
  run_clock const clock;
  auto const& asked = parts.asked;
  auto const& report = asked.c.report;
  auto settings = settings_of(asked);
  settings.max_parallel = possible_sandboxes(asked);
  auto const header = run_header_of(asked, clock);
  auto events = event_stream_of(asked, header);
  if (!events) { return fail_with(events.error()); }
  auto trace = trace_of(asked, parts.output, clock);
  if (!trace) { return fail_with(trace.error()); }
  auto earlier = what_earlier_runs_say(asked);
  if (!earlier) { return fail_with(earlier.error()); }
  mark_unfinished(parts.output.path());
  earlier_runs_read const read{steady_clock::now() - clock.began};
  apply(*earlier, settings, asked);
  auto const copies = asked.c.run.impatiently_requeue_batches ? hedging::on : hedging::off;
  auto page = page_of(asked, parts.output, clock);
  if (!page) { return fail_with(page.error()); }
  optional_reporter<artifact_folders> folders;
  if (!shares_machine<P> && !report.download_globs.empty()) {
    settings.artifacts = artifact_wish_of(report, parts.output);
    folders = optional_reporter{artifact_folders{parts.output}};
  }
  report_wishes wishes{.summary = summary_for(asked),
                       .record = optional_reporter{run_record_writer{parts.output.path(), header}},
                       .logs_below = parts.output.path(),
                       .trace = std::move(*trace),
                       .page = std::move(*page)};
  if (report.junit) {
    wishes.junit = {.output_dir = parts.output.path(),
                    .file = report.junit_file,
                    .framework = header.framework,
                    .selection = header.selection,
                    .clock = clock};
  }
  runner everything{std::move(provider),
                    framework_of(asked.c, settings.stop_early),
                    constrained{hedged{pull_scheduler{}, copies}},
                    std::move(earlier->known),
                    recorder_of(asked),
                    std::move(parts.artifacts),
                    std::move(folders),
                    progress_for(asked),
                    report_set{std::move(wishes)},
                    github_for(asked),
                    std::move(*events)};
  everything.discover_in(std::move(parts.site));
  tell_all(everything.reporters(), {steady_clock::now(), read});
  for (auto const& test : earlier->last.kept) {
    tell_all(everything.reporters(), {steady_clock::now(), result_kept{test}});
  }
  auto const outcome = everything.run(settings, stop);
  auto const code =
      std::get<report_set>(everything.reporters())
          .conclude(outcome ? exit_code(outcome->summary(), asked.flaky_exit_code) : 1);
  std::apply([](auto const&... reporter) { (warn_of_failure(reporter), ...); },
             everything.reporters());
  if (!outcome && !stop.stop_requested()) { set_results_aside(report); }
  if (!outcome) { return fail_with(outcome.error()); }
  mark_finished(parts.output.path());
  if (auto const* recorded =
          std::get<optional_reporter<history_recorder>>(everything.reporters()).get();
      recorded != nullptr) {
    warn_of_damage(*recorded, *asked.c.history);
  }
  if (asked.failed) {
    say_what_ran_again(earlier->last, outcome->tests);
  } else if (outcome->tests.empty() && asked.part) {
    print_to(stderr, "[shard] {} has no tests: there are more shards than tests\n",
             to_string(*asked.part));
  } else if (outcome->tests.empty()) {
    warn("no tests were discovered");
  }
  if (asked.for_agent && code != 0) {
    explain_last_run(asked.c, asked.config_path, text_output_of(asked));
  }
  return code;
}

}  // namespace offload::cli
