// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/report/test_log.hpp>

#include <fmt/core.h>

#include <cstdio>
#include <filesystem>

#include "commands.hpp"
#include "warn.hpp"

namespace offload::cli {

int logs(common_options const& common, logs_options const& options) {
  auto const loaded = load_or_complain(common.config);
  if (!loaded) { return 1; }
  auto const& report = loaded->report;
  test_log_query const query{.failures = options.failures,
                             .errors = options.errors,
                             .tests = options.tests,
                             .regex = options.test_regex};
  auto const log =
      read_test_log_file(std::filesystem::path{report.output_dir} / report.junit_file, query);
  if (!log) { return fail_with(log.error()); }
  if (log->damage) { warn(fmt::format("the report is damaged: {}", *log->damage)); }
  if (log->entries.empty()) {
    fmt::print(stderr, "No matching test results found.\n");
    return 0;
  }
  if (auto const printed = print(*log, stdout); !printed) { return fail_with(printed.error()); }
  return 0;
}

}  // namespace offload::cli
