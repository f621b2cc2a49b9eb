// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace CLI {
class App;
}

/// The command line as a description: what completions and the manual page are made of.
namespace offload::cli {

/// The exit codes of `offload` and their meanings.
inline constexpr std::array exit_statuses{
    std::pair<int, std::string_view>{0, "all tests passed"},
    std::pair<int, std::string_view>{1, "a test failed or was not run (or an error)"},
    std::pair<int, std::string_view>{2, "no test failed but some were flaky"}};

/// The value of an option, or an argument.
enum class value_kind { none, text, file, folder, one_of };

/// An option or an argument. Its kind of value follows from the name of its type in the command
/// tree: PATH and FILE are files, DIR is a folder, `a|b` is one of several words; an argument is a
/// file unless its type says otherwise.
struct option_outline {
  std::vector<std::string> names{};  ///< with their dashes; of an argument: the one it has in help
  std::string value{};               ///< what the help calls it; empty: there is none
  std::string meaning{};
  value_kind takes = value_kind::none;
  bool may_lack_value = false;  ///< its value may be left out; the help writes it as `[FILE]`
  bool repeats = false;

  [[nodiscard]] std::vector<std::string> words() const;  ///< of `one_of`
};

struct command_outline {
  std::string path{};  ///< `offload history merge`
  std::string name{};
  std::string meaning{};
  std::vector<option_outline> options{};  ///< its own; those of `offload` go everywhere
  std::vector<option_outline> arguments{};
  std::vector<command_outline> parts{};
};

/// Of the command `offload`.
[[nodiscard]] command_outline outline_of(CLI::App const& app);

/// All commands, `of` first, each in front of its parts.
[[nodiscard]] std::vector<command_outline const*> all_commands(command_outline const& of);

/// The script that completes command lines in "bash", "zsh" or "fish"; empty for another shell.
[[nodiscard]] std::string completion_script(std::string_view shell, command_outline const& whole);

/// The manual page offload(1), for `man`.
[[nodiscard]] std::string manual_page(command_outline const& whole);

}  // namespace offload::cli
