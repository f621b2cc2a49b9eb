// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "command_line/commands.hpp"

namespace CLI {
class App;
}

namespace offload::cli {

/// The parsed command line: a command, and the options of each command.
struct command_choice {
  common_options common{};
  run_options run{};
  collect_options collect{};
  plan_options plan{};
  doctor_options doctor{};
  init_options init{};
  logs_options logs{};
  report_options report{};
  checkpoint_status_options checkpoint_status{};
  history_merge_options history_merge{};
  std::vector<std::string> imported{};
  apply_diff_options apply_diff{};
  std::string shell{};
  skills_options skills{};
  std::function<int()> chosen{};
};

/// Declares all commands and their options. Parsing with `app` then fills `given`, which has to
/// outlive it. All that says what commands there are is made from this: the parser, `--help`,
/// completions and the manual page (outline.hpp says what the types of options mean to these).
void declare_commands(CLI::App& app, command_choice& given);

/// Takes the values of `--env` out of what others see of this process, as `ps` does.
void hide_values_of_env(int argc, char** argv);

}  // namespace offload::cli
