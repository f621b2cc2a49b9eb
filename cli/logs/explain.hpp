// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/config.hpp>

#include <cstdio>
#include <string>

namespace offload::cli {

/// Whether a coding agent reads what is printed: one of the variables that agents set for the
/// commands they start says so. `OFFLOAD_AGENT`, 1 or 0, outdoes them.
[[nodiscard]] bool is_for_agent();

/// The command that shows the results of runs with this configuration.
[[nodiscard]] std::string logs_command_for(std::string const& config_path);

/// Prints why tests of the run that has just ended are bad, or were not run, in few bytes. Prints
/// nothing when there is no report of it, or nothing to explain.
void explain_last_run(config const& c, std::string const& config_path, std::FILE* to);

}  // namespace offload::cli
