// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "run/run_local.hpp"

#include <offload/framework/command.hpp>
#include <offload/framework/ctest.hpp>
#include <offload/framework/nextest.hpp>
#include <offload/framework/pytest.hpp>
#include <offload/framework/vitest.hpp>
#include <offload/process/open_files.hpp>
#include <offload/provider/local.hpp>
#include <offload/report/local_artifacts.hpp>
#include <offload/report/output_directory.hpp>
#include <offload/report/terminal.hpp>
#include <offload/runner/runner.hpp>

#include <fmt/core.h>

#include <cstdio>
#include <cstdlib>
#include <utility>
#include <variant>

#include "command_line/warn.hpp"
#include "run/file_limit.hpp"
#include "run/local_environment.hpp"
#include "run/run_in.hpp"

namespace offload::cli {
namespace {

/// The artifacts that the configuration asks for, which may be none.
optional_reporter<local_artifacts> artifacts_of(launch const& asked, std::string const& working_dir,
                                                output_directory& output) {
  if (asked.c.report.download_globs.empty()) { return {}; }
  return optional_reporter{local_artifacts{{.from = working_dir,
                                            .globs = asked.c.report.download_globs,
                                            .of = artifact_source_of(asked.c.report)},
                                           output}};
}

}  // namespace

artifact_source artifact_source_of(report_config const& report) {
  return report.download_globs_failure_only ? artifact_source::bad_batches
                                            : artifact_source::all_batches;
}

discovery_site site_of(launch const& asked) {
  auto const folder = local_working_dir(asked.c);
  bool const is_sandbox = kind_of(asked.c.provider) == provider_kind::local;
  auto env = local_environment(asked.c, folder);
  env.set(is_sandbox ? asked.variables : variables_for_listing(asked.c));
  env.set(asked.env);
  return {std::move(env), folder};
}

progress_reporter progress_for(launch const& asked) {
  auto const wanted = asked.verbose           ? verbosity::verbose
                      : asked.explain_workers ? verbosity::informative
                                              : verbosity::normal;
  if (asked.for_agent) { return {stderr, progress_mode::silent, wanted}; }
  char const* const term = std::getenv("TERM");
  progress_place const place{.on_terminal = terminal::is_terminal(stderr),
                             .in_ci = asked.ci,
                             .term = term != nullptr ? term : ""};
  return {stderr, progress_mode_for(place, wanted), wanted};
}

std::FILE* text_output_of(run_flags const& flags) { return flags.events == "-" ? stderr : stdout; }

summary_reporter summary_for(launch const& asked) {
  auto const cost = asked.show_estimated_cost ? cost_display::estimate : cost_display::none;
  auto* const to = text_output_of(asked);
  if (!asked.for_agent) { return {to, terminal::style_for(to), cost}; }
  auto const extent = asked.c.report.junit ? summary_extent::counts : summary_extent::full;
  return {to, text_style::plain, cost, extent};
}

any_framework framework_of(config const& c, fail_fast early) {
  if (auto const* pytest = std::get_if<pytest_config>(&c.framework)) {
    return any_framework{pytest_framework{*pytest}};
  }
  if (auto const* nextest = std::get_if<nextest_config>(&c.framework)) {
    return any_framework{nextest_framework{
        *nextest, early == fail_fast::on ? nextest_failure::ends_batch : nextest_failure::goes_on}};
  }
  if (auto const* vitest = std::get_if<vitest_config>(&c.framework)) {
    return any_framework{vitest_framework{*vitest}};
  }
  if (auto const* ctest = std::get_if<ctest_config>(&c.framework)) {
    return any_framework{ctest_framework{*ctest}};
  }
  return any_framework{command_framework{std::get<command_framework_config>(c.framework)}};
}

std::size_t possible_sandboxes(launch const& asked) {
  std::size_t const wanted = asked.parallel > 0 ? asked.parallel : asked.c.run.max_parallel;
  auto const provider = kind_of(asked.c.provider);
  auto const files = allow_open_files(files_needed(provider, wanted));
  auto const possible = sandboxes_with(provider, files);
  if (possible >= wanted) { return wanted; }
  warn(
      fmt::format("{} of {} sandboxes at a time: only {} open files are allowed (`ulimit -n`), "
                  "and {} are needed",
                  possible, wanted, files, files_needed(provider, wanted)));
  return possible;
}

run_settings settings_of(launch const& asked) {
  run_settings settings{
      .groups = asked.c.groups,
      .max_parallel = asked.parallel > 0 ? asked.parallel : asked.c.run.max_parallel,
      .batch_timeout = asked.c.run.test_timeout,
      .start_timeout = asked.c.run.start_timeout,
      .stop_early = asked.fail_fast ? fail_fast::on : fail_fast::off,
      .max_parallel_collection = asked.c.run.max_parallel_collection,
      .secrets = asked.secrets};
  if (asked.c.run.speculative_retries) {
    settings.speculation =
        *asked.c.run.speculative_retries ? speculative_retries::on : speculative_retries::off;
  }
  return settings;
}

result<listing> list_tests(launch const& asked, std::stop_token stop) {
  runner listing_only{local_provider{}, framework_of(asked.c)};
  listing_only.discover_in(site_of(asked));
  return listing_only.discover(settings_of(asked), std::move(stop));
}

int run_locally(launch const& asked, std::stop_token stop) {
  auto output = output_directory::prepare(asked.c.report.output_dir);
  if (!output) { return fail_with(output.error()); }
  auto site = site_of(asked);
  auto const* local = std::get_if<local_provider_config>(&asked.c.provider);
  local_options where{.env = site.env, .working_dir = site.working_dir};
  if (local != nullptr && local->shell != "/bin/sh") { where.shell = local->shell; }
  auto artifacts = artifacts_of(asked, site.working_dir, *output);
  return run_in(local_provider{std::move(where)},
                {asked, std::move(site), *output, std::move(artifacts)}, std::move(stop));
}

}  // namespace offload::cli
