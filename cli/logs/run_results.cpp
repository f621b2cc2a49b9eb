// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "logs/run_results.hpp"

#include <offload/core/junit_record.hpp>
#include <offload/process/file_access.hpp>
#include <offload/report/event_reader.hpp>
#include <offload/report/handle.hpp>
#include <offload/report/junit_writer.hpp>
#include <offload/report/output_layout.hpp>
#include <offload/report/run_header.hpp>
#include <offload/report/run_record_reader.hpp>

#include <fstream>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

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

std::optional<run_header> header_of(fs::path const& record) {
  std::ifstream file{record, std::ios::binary};
  auto header = read_run_header(file);
  return header ? std::optional{std::move(*header)} : std::nullopt;
}

result<run_record> imported(fs::path const& report, record_query const& query) {
  return files::read_whole(report).map([&](std::string const& xml) {
    auto record = record_of_junit(xml, query);
    record.selection = marks_of(xml).selection;
    return record;
  });
}

result<run_record> recorded(fs::path const& path, record_query const& query) {
  std::ifstream file{path, std::ios::binary};
  return read_run_record(file, query);
}

/// How the files of a run stand to each other.
enum class kinship {
  strangers,  ///< the record is of another configuration, or the report of another run
  same_run,
  older_report,  ///< the run of the record did not replace it
};

kinship kinship_of(run_header const& record, report_config const& config,
                   std::string_view config_path, std::string const& report) {
  if (record.junit_file != (config.junit ? config.junit_file : "")) {
    // The configuration itself may have had another name for its report then.
    bool const is_own = !config_path.empty() && record.config == config_path;
    return is_own ? kinship::older_report : kinship::strangers;
  }
  if (!report.empty() && report == mark_of_run(record.clock)) { return kinship::same_run; }
  bool const is_older = !report.empty() && report == record.report_before;
  return is_older || !config.junit ? kinship::older_report : kinship::strangers;
}

}  // namespace

fs::path report_path(report_config const& report, which_run which) {
  return path_of(which, fs::path{report.output_dir} / report.junit_file);
}

std::string mark_of_report(fs::path const& report) {
  std::ifstream file{report, std::ios::binary};
  std::string start(512, '\0');
  file.read(start.data(), static_cast<std::streamsize>(start.size()));
  start.resize(static_cast<std::size_t>(file.gcount()));
  if (auto own = marks_of(start).run; !own.empty()) { return own; }
  auto const xml = is_there(report) ? files::read_whole(report) : result<std::string>{};
  return xml && !xml->empty() ? handle_of('f', *xml) : std::string{};
}

result<run_results> read_results(report_config const& config, which_run which,
                                 record_query const& query, std::string_view config_path) {
  auto const report = report_path(config, which);
  auto const record = path_of(which, fs::path{config.output_dir} / output_layout::record);
  bool const has_report = is_there(report);
  auto const header = is_there(record) ? header_of(record) : std::nullopt;
  auto const kin = header ? kinship_of(*header, config, config_path, mark_of_report(report))
                          : kinship::strangers;
  std::optional<run_results> damaged;
  if (kin != kinship::strangers) {
    auto read = recorded(record, query);
    if (read && (!read->damage || kin != kinship::same_run)) {
      return run_results{std::move(*read), record};
    }
    if (read) { damaged = run_results{std::move(*read), record}; }
  }
  if (!has_report) { return tl::unexpected(no_results(report, which)); }
  auto read = imported(report, query);
  if (!read) { return tl::unexpected(std::move(read.error())); }
  if (read->damage && damaged) { return std::move(*damaged); }
  return run_results{std::move(*read), report};
}

}  // namespace offload::cli
