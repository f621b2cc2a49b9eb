// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/config.hpp>
#include <offload/process/environment.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "facts.hpp"

/// Looks at the world, and leaves it as it is. Whatever may wait has a time limit.
namespace offload::cli {

inline constexpr seconds patience{10};  ///< with each program that is asked

/// The configuration, if it can be read, and what was seen of it.
[[nodiscard]] std::pair<config_facts, std::optional<config>> look_at_config(
    std::string const& path);
[[nodiscard]] framework_facts look_at_framework(config const& c);
[[nodiscard]] provider_facts look_at_provider(config const& c);
/// Without a configuration: only whether this is a repository, and in which state.
[[nodiscard]] git_facts look_at_git(config const* c);
[[nodiscard]] machine_facts look_at_machine(config const* c);
[[nodiscard]] output_facts look_at_output(config const& c);
[[nodiscard]] leftover_facts look_at_leftovers();

/// Sees the clock twice: when it is made, and when it is asked.
class clock_watch {
 public:
  clock_watch();
  [[nodiscard]] clock_facts seen() const;

 private:
  std::chrono::system_clock::time_point wall_;
  time_point steady_;
};

/// Where the command looks for a project's tests, and with which variables it would start them.
struct project_place {
  std::string folder;  ///< empty: this one
  environment env;
};
[[nodiscard]] project_place place_of(config const& c);

/// The version that a program prints, or why it does not print one. It is started in `place`,
/// without input.
[[nodiscard]] tool_facts ask(std::string name, std::vector<std::string> const& argv,
                             project_place const& place);

/// The programs that a shell command starts, as far as its words tell.
[[nodiscard]] std::vector<program_facts> programs_of(std::string const& key,
                                                     std::string const& command,
                                                     project_place const& place);

/// The nearest folder above `path`, or itself, that is there.
[[nodiscard]] std::string nearest_existing(std::string const& path);

}  // namespace offload::cli
