// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/config.hpp>
#include <offload/core/artifact.hpp>
#include <offload/framework/any.hpp>
#include <offload/report/progress.hpp>
#include <offload/report/summary.hpp>
#include <offload/runner/discovery_site.hpp>
#include <offload/runner/listing.hpp>
#include <offload/runner/settings.hpp>

#include <cstdio>
#include <stop_token>

#include "run/launch.hpp"

namespace offload::cli {

/// The framework of the configuration.
[[nodiscard]] any_framework framework_of(config const& c, fail_fast early = fail_fast::off);

/// The number of sandboxes that are wanted, or as many of them as the limit of open files allows,
/// with a warning. Raises that limit as far as needed.
[[nodiscard]] std::size_t possible_sandboxes(launch const& asked);

/// The settings of a run.
[[nodiscard]] run_settings settings_of(launch const& asked);

/// Which batches leave artifacts.
[[nodiscard]] artifact_source artifact_source_of(report_config const& report);

/// Where and how listing commands run.
[[nodiscard]] discovery_site site_of(launch const& asked);

[[nodiscard]] progress_reporter progress_for(launch const& asked);

/// Where the summary goes: standard error if standard output is for events.
[[nodiscard]] std::FILE* text_output_of(run_flags const& flags);

/// It is short for an agent, to which the run is explained besides.
[[nodiscard]] summary_reporter summary_for(launch const& asked);

/// Lists the tests without running any.
[[nodiscard]] result<listing> list_tests(launch const& asked, std::stop_token stop);

/// Run everything in local sandboxes, in those that the user's commands make, or in Modal's cloud,
/// and report. Return the exit code.
int run_locally(launch const& asked, std::stop_token stop);
int run_by_commands(launch const& asked, std::stop_token stop);
int run_in_modal(launch const& asked, std::stop_token stop);

/// Make the image of those sandboxes and print its id. Return the exit code.
int build_by_commands(launch const& asked, std::stop_token stop);
int build_in_modal(launch const& asked, std::stop_token stop);

}  // namespace offload::cli
