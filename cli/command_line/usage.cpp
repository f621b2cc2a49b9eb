// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "command_line/usage.hpp"

#include <offload/core/nearest.hpp>

#include <fmt/format.h>
#include <range/v3/range/conversion.hpp>
#include <range/v3/view/map.hpp>

#include <algorithm>
#include <charconv>

namespace offload::cli {
namespace {

std::vector<std::string_view> commands_of(vocabulary const& known) {
  return known.flags | ranges::views::keys | ranges::to<std::vector<std::string_view>>();
}

std::string list_of_commands(vocabulary const& known) {
  return fmt::format("The commands are: {}. `offload --help` shows more.",
                     fmt::join(commands_of(known), ", "));
}

/// The flags that may follow the command; without one, all there are.
std::vector<std::string_view> flags_that_fit(vocabulary const& known) {
  std::vector<std::string_view> flags{known.global_flags.begin(), known.global_flags.end()};
  for (auto const& [command, own] : known.flags) {
    if (known.command.empty() || known.command == command) {
      flags.insert(flags.end(), own.begin(), own.end());
    }
  }
  return flags;
}

/// The commands that have this flag.
std::vector<std::string> commands_with(std::string_view flag, vocabulary const& known) {
  std::vector<std::string> commands;
  for (auto const& [command, own] : known.flags) {
    if (std::ranges::find(own, flag) != own.end()) {
      commands.push_back(fmt::format("`offload {}`", command));
    }
  }
  return commands;
}

std::string hint_for_flag(std::string_view flag, vocabulary const& known) {
  auto const owners = commands_with(flag, known);
  if (!owners.empty()) { return fmt::format("It is a flag of {}.", fmt::join(owners, ", ")); }
  if (auto const meant = text::nearest(flag, flags_that_fit(known))) {
    return fmt::format("Did you mean `{}`?", *meant);
  }
  return fmt::format("`offload{}{} --help` lists the flags.", known.command.empty() ? "" : " ",
                     known.command);
}

std::optional<unsigned> whole_number(std::string_view text) {
  unsigned number = 0;
  auto const* const end = text.data() + text.size();
  auto const [stopped, failed] = std::from_chars(text.data(), end, number);
  if (failed != std::errc{} || stopped != end) { return std::nullopt; }
  return number;
}

}  // namespace

error unknown_word(std::string_view word, vocabulary const& known) {
  auto const value = word.find('=');  // which may be a secret: the `--env` in front was forgotten
  auto const shown = std::string{word.substr(0, value)} + (value == word.npos ? "" : "=***");
  if (word.size() > 1 && word.starts_with('-')) {
    auto const flag = word.substr(0, word.find('='));
    auto const command = known.flags.find(known.command);
    if (command != known.flags.end() &&
        std::ranges::find(command->second, flag) != command->second.end()) {
      return {errc::invalid_usage, fmt::format("`{}` is before the command", flag),
              fmt::format("Write it after the command: offload {} {}", known.command, flag)};
    }
    auto const of = known.command.empty() ? "" : fmt::format(" for `offload {}`", known.command);
    return {errc::invalid_usage, fmt::format("unknown flag `{}`{}", flag, of),
            hint_for_flag(flag, known)};
  }
  if (known.command.empty()) {
    auto const meant = text::nearest(word, commands_of(known));
    return {errc::invalid_usage, fmt::format("unknown command `{}`", shown),
            meant ? fmt::format("Did you mean `{}`?", *meant) : list_of_commands(known)};
  }
  return {errc::invalid_usage,
          fmt::format("unexpected word `{}` after `offload {}`", shown, known.command),
          fmt::format("`offload {} --help` shows what it takes.", known.command)};
}

error no_command(vocabulary const& known) {
  return {errc::invalid_usage, "there is no command", list_of_commands(known)};
}

error no_part(std::string_view command, std::vector<std::string> const& parts) {
  return {errc::invalid_usage, fmt::format("`offload {}` alone does nothing", command),
          fmt::format("Its commands are: {}. `offload {} --help` shows more.",
                      fmt::join(parts, ", "), command)};
}

std::string problem_of_count(std::string const& text) {
  if (whole_number(text).value_or(0) > 0) { return {}; }
  return fmt::format("expected a whole number of at least 1, got `{}`", text);
}

std::string problem_of_github(std::string const& text) {
  if (text == "auto" || text == "always" || text == "never") { return {}; }
  return fmt::format("expected auto, always or never, got `{}`", text);
}

std::string problem_of_exit_code(std::string const& text) {
  constexpr unsigned largest = 125;  // shells have a meaning for those above
  if (whole_number(text).value_or(largest + 1) <= largest) { return {}; }
  return fmt::format("expected a whole number from 0 to {}, got `{}`", largest, text);
}

}  // namespace offload::cli
