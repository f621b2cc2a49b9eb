// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/config.hpp>
#include <offload/process/environment.hpp>

#include <string>
#include <vector>

namespace offload::cli {

/// The variables that the configuration gives to commands in a sandbox: the sandbox's root, and
/// those of the provider.
[[nodiscard]] std::vector<env_var> sandbox_variables(config const& c);

/// The variables that the configuration sets, whatever the provider is.
[[nodiscard]] std::vector<env_var> configured_variables(config const& c);

/// Those of them that listing tests on this machine gets where sandboxes are elsewhere: all but the
/// ones that name places there, such as PATH.
[[nodiscard]] std::vector<env_var> variables_for_listing(config const& c);

/// The environment in which this machine lists tests, and local sandboxes run them: that of this
/// process, with the project's virtual environment (`.venv`) active unless another one is, and
/// without the variables of a git hook unless they are to be kept.
[[nodiscard]] environment local_environment(config const& c, std::string const& working_dir);

/// Where the tests are, on this machine; empty for this process's own folder.
[[nodiscard]] std::string local_working_dir(config const& c);

}  // namespace offload::cli
