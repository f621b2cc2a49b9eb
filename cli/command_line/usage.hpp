// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace offload::cli {

/// The known commands and flags, and the command that was given.
struct vocabulary {
  std::map<std::string, std::vector<std::string>> flags;  ///< of each command, with their dashes
  std::vector<std::string> global_flags;
  std::string command{};  ///< empty: none
};

/// A word means nothing where it stands.
[[nodiscard]] error unknown_word(std::string_view word, vocabulary const& known);

/// There is no command at all.
[[nodiscard]] error no_command(vocabulary const& known);

/// A command is given, but not which of its parts.
[[nodiscard]] error no_part(std::string_view command, std::vector<std::string> const& parts);

/// The error in a value of `--parallel`; empty: none.
[[nodiscard]] std::string problem_of_count(std::string const& text);

/// The same for `--github` and `--flaky-exit-code`.
[[nodiscard]] std::string problem_of_github(std::string const& text);
[[nodiscard]] std::string problem_of_exit_code(std::string const& text);

}  // namespace offload::cli
