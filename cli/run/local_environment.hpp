// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/config.hpp>
#include <offload/core/secret_mask.hpp>
#include <offload/process/environment.hpp>

#include <string>
#include <vector>

namespace offload::cli {

/// What `--env KEY=VALUE` sets; warns of what is none.
[[nodiscard]] std::vector<env_var> assignments_of(std::vector<std::string> const& texts);

/// What commands in a sandbox elsewhere find in their environment: its root, and what the
/// configuration and `--env` set.
[[nodiscard]] std::vector<env_var> sandbox_variables(config const& c,
                                                     std::vector<std::string> const& assignments);

/// The variables that the configuration and `--env` set, whatever the provider is: their values are
/// nobody's business.
[[nodiscard]] secret_mask secrets_of(config const& c, std::vector<std::string> const& assignments);

/// The environment in which this machine lists tests, and local sandboxes run them: this process's
/// own, with the project's virtual environment (`.venv`) active unless another one is, and with the
/// provider's variables and those of the command line (`KEY=VALUE`).
[[nodiscard]] environment local_environment(config const& c, std::string const& working_dir,
                                            std::vector<std::string> const& assignments);

/// Where the tests are, on this machine; empty for this process's own folder.
[[nodiscard]] std::string local_working_dir(config const& c);

}  // namespace offload::cli
