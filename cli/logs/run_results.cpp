// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "logs/run_results.hpp"

#include <offload/core/junit_record.hpp>
#include <offload/process/file_access.hpp>
#include <offload/report/junit_writer.hpp>
#include <offload/report/output_layout.hpp>

#include <string>
#include <system_error>

namespace offload::cli {
namespace {

namespace fs = std::filesystem;

error no_results(fs::path const& report, which_run which) {
  if (which == which_run::last) {
    return {errc::not_found, "No test results found at " + report.string(),
            "Run `offload run` first."};
  }
  return {errc::not_found,
          "there is no run before the last run: " + report.string() + " does not exist",
          "The next `offload run` keeps it."};
}

}  // namespace

fs::path report_path(report_config const& report, which_run which) {
  auto const path = fs::path{report.output_dir} / report.junit_file;
  return which == which_run::last ? path : previous_report_path(path);
}

result<run_record> read_results(report_config const& report, which_run which,
                                record_query const& query) {
  auto const path = report_path(report, which);
  std::error_code unknown;
  if (!fs::exists(path, unknown)) { return tl::unexpected(no_results(path, which)); }
  return read_whole_file(path).map([&](std::string const& xml) {
    auto record = record_of_junit(xml, query);
    record.selection = selection_of(xml);
    return record;
  });
}

}  // namespace offload::cli
