// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/config.hpp>
#include <offload/core/error.hpp>
#include <offload/core/run_record.hpp>

#include <filesystem>

namespace offload::cli {

enum class which_run { last, before_last };

/// The JUnit report of a run.
[[nodiscard]] std::filesystem::path report_path(report_config const& report, which_run which);

/// Reads the results that a run left in its output folder. Fails when there are none.
[[nodiscard]] result<run_record> read_results(report_config const& report, which_run which,
                                              record_query const& query = {});

}  // namespace offload::cli
