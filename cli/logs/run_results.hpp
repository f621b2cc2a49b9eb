// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/config.hpp>
#include <offload/core/error.hpp>
#include <offload/core/run_record.hpp>

#include <filesystem>
#include <string>

namespace offload::cli {

enum class which_run { last, before_last };

struct run_results {
  run_record record{};
  std::filesystem::path source{};  ///< the file that was read
};

/// Where the JUnit report of a run is.
[[nodiscard]] std::filesystem::path report_path(report_config const& report, which_run which);

/// Tells JUnit reports apart: the mark of its run, or of the contents of a report of others. Empty
/// if there is none.
[[nodiscard]] std::string mark_of_report(std::filesystem::path const& report);

/// Reads the results of the last run, or of the one before, that this configuration has written:
///   - its record, if the report beside it is the run's own, or the one that it should have
///     replaced, or if the run writes none;
///   - else the JUnit report: somebody has put it there, or an older Offload has written it.
/// Of a run's own two files, the one that is whole. Fails when there is neither.
/// The record of a run of `config_path`, if that is given, counts also when the configuration has
/// got another name for its report since.
[[nodiscard]] result<run_results> read_results(report_config const& report, which_run which,
                                               record_query const& query = {},
                                               std::string_view config_path = {});

}  // namespace offload::cli
