// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/command.hpp>

#include <offload/core/inline.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <csignal>
#include <string_view>

namespace offload {
namespace command_detail {

inline bool needs_no_quotes(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view{"_-./:,+@%="}.find(c) != std::string_view::npos;
}

inline std::string_view signal_name(int number) {
  switch (number) {
    case SIGABRT: return "SIGABRT";
    case SIGBUS: return "SIGBUS";
    case SIGFPE: return "SIGFPE";
    case SIGHUP: return "SIGHUP";
    case SIGILL: return "SIGILL";
    case SIGINT: return "SIGINT";
    case SIGKILL: return "SIGKILL";
    case SIGPIPE: return "SIGPIPE";
    case SIGSEGV: return "SIGSEGV";
    case SIGTERM: return "SIGTERM";
    default: return "unnamed";
  }
}

}  // namespace command_detail

OFFLOAD_INLINE std::string to_string(exit_status const& status) {
  if (status.signal == 0) { return fmt::format("exit status {}", status.code); }
  return fmt::format("signal {} ({})", status.signal, command_detail::signal_name(status.signal));
}

OFFLOAD_INLINE std::string shell_quoted(std::string_view word) {
  // A word like `A=b` is safe as an argument, but not as the first word of a command line.
  auto const plain = !word.empty() && std::ranges::all_of(word, command_detail::needs_no_quotes) &&
                     word.find('=') == std::string_view::npos;
  if (plain) { return std::string{word}; }

  std::string quoted = "'";
  for (char const c : word) {
    if (c == '\'') {
      quoted += R"('\'')";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

OFFLOAD_INLINE std::string shell_joined(std::vector<std::string> const& words) {
  std::string line;
  for (auto const& word : words) {
    if (!line.empty()) { line += ' '; }
    line += shell_quoted(word);
  }
  return line;
}

}  // namespace offload
