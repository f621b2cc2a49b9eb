// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <fmt/core.h>

#include "command_line/commands.hpp"
#include "command_line/outline.hpp"
#include "command_line/print.hpp"
#include "command_line/warn.hpp"

namespace offload::cli {

int completions(std::string const& shell, command_outline const& whole) {
  auto const script = completion_script(shell, whole);
  if (script.empty()) {
    return fail_with({errc::invalid_usage, fmt::format("unknown shell `{}`", shell),
                      "There are completions for bash, zsh and fish."});
  }
  print_text(stdout, script);
  return 0;
}

int man(command_outline const& whole) {
  print_text(stdout, manual_page(whole));
  return 0;
}

}  // namespace offload::cli
