// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "logs/run_results.hpp"

#include <offload/core/junit_record.hpp>
#include <offload/process/file_access.hpp>
#include <offload/report/event_reader.hpp>
#include <offload/report/junit_writer.hpp>
#include <offload/report/output_layout.hpp>
#include <offload/report/run_header.hpp>
#include <offload/report/run_record_reader.hpp>

#include <fstream>
#include <string>
#include <system_error>

namespace offload::cli {
namespace {

namespace fs = std::filesystem;

fs::path path_of(which_run which, fs::path const& path) {
  return which == which_run::last ? path : previous_path(path);
}

bool is_there(fs::path const& path) {
  std::error_code unknown;
  return fs::exists(path, unknown);
}

error no_results(fs::path const& report, which_run which) {
  if (which == which_run::last) {
    return {errc::not_found, "No test results found at " + report.string(),
            "Run `offload run` first."};
  }
  return {errc::not_found,
          "there is no run before the last run: " + report.string() + " does not exist",
          "The next `offload run` keeps it."};
}

/// The mark of the run that wrote the report; empty if it has none.
std::string run_of_report(fs::path const& path) {
  std::ifstream file{path, std::ios::binary};
  std::string start(512, '\0');
  file.read(start.data(), static_cast<std::streamsize>(start.size()));
  start.resize(static_cast<std::size_t>(file.gcount()));
  return marks_of(start).run;
}

std::string run_of_record(fs::path const& path) {
  std::ifstream file{path, std::ios::binary};
  auto const header = read_run_header(file);
  return header ? mark_of_run(header->clock) : std::string{};
}

result<run_record> imported(fs::path const& report, record_query const& query) {
  return read_whole_file(report).map([&](std::string const& xml) {
    auto record = record_of_junit(xml, query);
    record.selection = marks_of(xml).selection;
    return record;
  });
}

result<run_record> recorded(fs::path const& path, record_query const& query) {
  std::ifstream file{path, std::ios::binary};
  return read_run_record(file, query);
}

}  // namespace

fs::path report_path(report_config const& report, which_run which) {
  return path_of(which, fs::path{report.output_dir} / report.junit_file);
}

result<run_results> read_results(report_config const& report, which_run which,
                                 record_query const& query) {
  auto const junit = report_path(report, which);
  auto const record = path_of(which, fs::path{report.output_dir} / output_layout::record);
  bool const has_report = is_there(junit);
  auto const run = is_there(record) ? run_of_record(record) : std::string{};
  if (!run.empty() && (!has_report || !report.junit || run_of_report(junit) == run)) {
    return recorded(record, query).map([&](run_record read) {
      return run_results{std::move(read), record};
    });
  }
  if (!has_report) { return tl::unexpected(no_results(junit, which)); }
  return imported(junit, query).map([&](run_record read) {
    return run_results{std::move(read), junit};
  });
}

}  // namespace offload::cli
