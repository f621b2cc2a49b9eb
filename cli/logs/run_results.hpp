// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/config.hpp>
#include <offload/core/error.hpp>
#include <offload/core/run_record.hpp>

#include <filesystem>

namespace offload::cli {

enum class which_run { last, before_last };

struct run_results {
  run_record record{};
  std::filesystem::path source{};  ///< the file that was read
};

/// Where the JUnit report of a run is.
[[nodiscard]] std::filesystem::path report_path(report_config const& report, which_run which);

/// Reads the results that a run left in its output folder: its record, or a JUnit report if there
/// is no record or the report is of another run (somebody has put it there). Fails when there is
/// neither.
[[nodiscard]] result<run_results> read_results(report_config const& report, which_run which,
                                               record_query const& query = {});

}  // namespace offload::cli
