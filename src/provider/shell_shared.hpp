// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/provider/command_template.hpp>
#include <offload/provider/shell.hpp>

#include <fmt/core.h>

#include <atomic>
#include <string>
#include <utility>
#include <vector>

namespace offload {

/// The state that all sandboxes of a provider share.
struct shell_sandbox::shared {
  shared(shell_options o, sandbox_journal j, std::string n)
      : options{std::move(o)}, journal{std::move(j)}, name{std::move(n)} {}

  [[nodiscard]] std::string filled(std::string const& text, std::vector<filling> more = {}) const {
    more.push_back({"{cpu_cores}", fmt::format("{}", options.config.cpu_cores)});
    return filled_command(text, more);
  }
  [[nodiscard]] std::string working_dir() const { return options.config.working_dir.value_or(""); }
  /// Strikes it from the journal when that has worked.
  void destroy(std::string const& id, std::filesystem::path const& entry) const;

  /// That of a run or a command: nobody guesses it.
  static constexpr std::size_t name_length = 12;
  static constexpr unsigned most_tries = 3;

  shell_options options;
  sandbox_journal journal;
  std::string name;
  /// A hint only: no sandbox relies on it, it saves the others a try.
  mutable std::atomic<bool> has_no_input{false};
};

}  // namespace offload
