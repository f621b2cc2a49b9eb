// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/config/kinds.hpp>
#include <offload/report/event_reader.hpp>
#include <offload/runner/outcome.hpp>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <optional>
#include <string>
#include <utility>

#include "command_line/commands.hpp"
#include "command_line/warn.hpp"
#include "logs/run_results.hpp"
#include "page/page_report.hpp"
#include "run/earlier_runs.hpp"
#include "run/reports.hpp"

namespace offload::cli {

run_header run_header_of(launch const& asked, run_clock const& clock) {
  return {.version = OFFLOAD_VERSION,
          .config = asked.config_path,
          .framework = std::string{to_string(kind_of(asked.c.framework))},
          .provider = std::string{to_string(kind_of(asked.c.provider))},
          .output_dir = asked.c.report.output_dir,
          .junit_file = asked.c.report.junit ? asked.c.report.junit_file : std::string{},
          .selection = selection_of(asked),
          .report_before = mark_of_report(report_path(asked.c.report, which_run::last)),
          .max_parallel = asked.parallel > 0 ? asked.parallel : asked.c.run.max_parallel,
          .clock = clock};
}

result<optional_reporter<event_stream>> event_stream_of(launch const& asked,
                                                        run_header const& header) {
  if (asked.events.empty()) { return {}; }
  auto to = asked.events == "-" ? result<line_output>{line_output::to_standard_output()}
                                : line_output::to_file(asked.events);
  if (!to) { return tl::unexpected(doing("opening the file for --events")(to.error())); }
  return optional_reporter{event_stream{std::move(*to), header}};
}

namespace {

int report_from(std::istream& events, report_options const& options) {
  auto const header = read_run_header(events);
  if (!header) { return fail_with(header.error()); }
  auto const cost = options.show_estimated_cost ? cost_display::estimate : cost_display::none;
  report_wishes wishes{.summary = {stdout, terminal::style_for(stdout), cost}};
  std::optional<output_directory> output;
  if (!options.output_dir.empty()) {
    auto prepared = output_directory::prepare(options.output_dir);
    if (!prepared) { return fail_with(prepared.error()); }
    output = std::move(*prepared);
    wishes.logs_below = output->path();
    wishes.junit = {.output_dir = output->path(),
                    .file = header->junit_file.empty() ? std::string{output_layout::junit_report}
                                                       : header->junit_file,
                    .framework = header->framework,
                    .selection = header->selection,
                    .clock = header->clock};
    auto trace = trace_of(options, *output, header->clock);
    if (!trace) { return fail_with(trace.error()); }
    wishes.trace = std::move(*trace);
    wishes.record = optional_reporter{run_record_writer{output->path(), *header}};
  }
  auto page = page_again(options, *header, output ? &*output : nullptr);
  if (!page) { return fail_with(page.error()); }
  wishes.page = std::move(*page);
  report_set reports{std::move(wishes)};
  auto const run = replay(events, *header, telling(reports));
  if (run.damage) { warn("the events are not whole: " + *run.damage); }
  if (run.failed) { return fail_with(*run.failed); }
  int const code = reports.conclude(run.damage ? 1 : exit_code(run.outcome.summary()));
  warn_of_missing_output();
  return code;
}

}  // namespace

int report(report_options const& options) {
  if (options.trace && options.output_dir.empty()) {
    return fail_with(
        {errc::invalid_usage, "--trace needs --output-dir, the folder to write it to"});
  }
  if (options.events == "-") { return report_from(std::cin, options); }
  if (!options.output_dir.empty() && is_record_of(options.events, options.output_dir)) {
    return fail_with({errc::invalid_usage,
                      fmt::format("{} is in the folder that is to be written", options.events),
                      "Give --output-dir another folder."});
  }
  std::ifstream file{options.events, std::ios::binary};
  if (!file) {
    auto const reason = errno;
    return fail_with({errc::not_found,
                      fmt::format("cannot open {}: {}", options.events, std::strerror(reason)),
                      "Give a file that `offload run --events FILE` has written."});
  }
  return report_from(file, options);
}

}  // namespace offload::cli
