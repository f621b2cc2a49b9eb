// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/config.hpp>
#include <offload/core/artifact.hpp>
#include <offload/framework/any.hpp>
#include <offload/report/progress.hpp>
#include <offload/report/summary.hpp>
#include <offload/runner/lister.hpp>
#include <offload/runner/listing.hpp>
#include <offload/runner/settings.hpp>

#include <cstdio>
#include <stop_token>
#include <string>
#include <vector>

#include "command_line/commands.hpp"

namespace offload::cli {

/// The framework of the configuration.
[[nodiscard]] any_framework framework_of(config const& c, run_options const& options = {});

/// What the configuration and the command line ask of a run.
[[nodiscard]] run_settings settings_of(config const& c, run_options const& options);

/// Which batches leave artifacts.
[[nodiscard]] artifact_source artifact_source_of(report_config const& report);

/// Where and how listing commands run.
[[nodiscard]] discovery_site site_of(config const& c, run_options const& options);

[[nodiscard]] progress_reporter progress_for(run_options const& options);

/// For an agent it is short: the run is explained to it besides.
/// Where the summary goes. What follows events on the standard output would be no event.
[[nodiscard]] std::FILE* text_output_of(run_options const& options);

[[nodiscard]] summary_reporter summary_for(config const& c, run_options const& options);

/// Lists the tests without running any.
[[nodiscard]] result<listing> list_tests(config const& c, any_framework framework,
                                         run_options const& options, std::stop_token stop);

/// Runs everything in local sandboxes and reports. Returns the exit code.
int run_locally(config const& c, any_framework framework, run_options const& options,
                std::stop_token stop);

/// The same in sandboxes that the user's commands make.
int run_by_commands(config const& c, any_framework framework, run_options const& options,
                    std::stop_token stop);

/// The same in Modal's cloud.
int run_in_modal(config const& c, any_framework framework, run_options const& options,
                 std::stop_token stop);

/// Make the image of those sandboxes and print its id. Return the exit code.
int build_by_commands(config const& c, run_options const& options, std::stop_token stop);
int build_in_modal(config const& c, run_options const& options, std::stop_token stop);

}  // namespace offload::cli
