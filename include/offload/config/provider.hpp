// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/copy_dir.hpp>
#include <offload/config/kinds.hpp>
#include <offload/core/command.hpp>
#include <offload/core/time.hpp>

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace offload {

/// `[provider] type = "local"`: processes of this machine.
struct local_provider_config {
  std::optional<std::string> working_dir{};  ///< none: the current folder
  std::vector<env_var> env{};
  std::string shell = "/bin/sh";
  bool keep_git_env = false;  ///< tests see GIT_DIR and the like

  bool operator==(local_provider_config const&) const = default;
};

/// `[provider] type = "default"`: sandboxes that the user's shell commands create.
struct shell_provider_config {
  std::optional<std::string> prepare_command{};
  std::string create_command{};
  std::string exec_command{};
  std::string destroy_command{};
  std::optional<std::string> download_command{};
  std::optional<std::string> working_dir{};  ///< of these commands; none: the current folder
  seconds timeout{3600};                     ///< `timeout_secs`, for each command except exec
  std::vector<copy_dir> copy_dirs{};
  std::vector<env_var> env{};
  double cpu_cores = 1.0;

  bool operator==(shell_provider_config const&) const = default;
};

/// `[provider] type = "modal"`: Modal's cloud sandboxes.
struct modal_provider_config {
  std::optional<std::string> dockerfile{};
  bool include_cwd = false;  ///< copy this folder into the image
  std::vector<env_var> env{};
  std::vector<copy_dir> copy_dirs{};
  double cpu_cores = 0.125;
  std::optional<double> memory_gb{};
  std::string experimental_options{};  ///< a JSON object; empty if there are none
  seconds sandbox_timeout{3600};       ///< `sandbox_timeout_secs`, after which Modal ends a sandbox

  bool operator==(modal_provider_config const&) const = default;
};

/// Alternatives in the order of `provider_kind`.
using provider_config =
    std::variant<local_provider_config, shell_provider_config, modal_provider_config>;

[[nodiscard]] inline provider_kind kind_of(provider_config const& c) {
  return static_cast<provider_kind>(c.index());
}

}  // namespace offload
