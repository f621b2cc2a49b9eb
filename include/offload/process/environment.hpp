// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/command.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace offload {

/// The environment variables of a process that is to be started. Its copy, move and destruction are
/// compiled once: many types hold one.
class environment {
 public:
  environment();
  environment(environment const&);
  environment(environment&&) noexcept;
  environment& operator=(environment const&);
  environment& operator=(environment&&) noexcept;
  ~environment();

  /// A copy of this process's environment.
  [[nodiscard]] static environment inherited();
  /// The same without the variables that name a git repository, such as GIT_DIR: those that `git
  /// rev-parse --local-env-vars` lists; its GIT_CONFIG_COUNT and GIT_CONFIG_PARAMETERS stay where
  /// no repository is named. A git hook has them, and tests that call git would change the
  /// repository of the hook.
  [[nodiscard]] static environment without_repository();

  [[nodiscard]] std::optional<std::string_view> get(std::string_view name) const;
  void set(std::string_view name, std::string_view value);
  void set(std::span<env_var const> variables);
  void unset(std::string_view name);
  /// Prepends `value` to a variable that holds a `:`-separated list.
  void prepend(std::string_view name, std::string_view value);
  /// Sets the variables and search paths of a command.
  void apply(command const& c);

  /// "NAME=value" for every variable, sorted by name.
  [[nodiscard]] std::vector<std::string> entries() const;

 private:
  std::vector<env_var> variables_;  ///< sorted by name
};

}  // namespace offload
