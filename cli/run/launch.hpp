// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/config.hpp>
#include <offload/config/copy_dir.hpp>
#include <offload/core/secret_mask.hpp>
#include <offload/process/environment.hpp>
#include <offload/scheduler/shard.hpp>

#include <optional>
#include <string>
#include <vector>

#include "command_line/commands.hpp"

namespace offload::cli {

/// The combined settings of the configuration and the command line. Each value is read and checked
/// once, here. All parts of a command take it from here.
struct launch : run_flags {
  config c{};
  std::string config_path = "offload.toml";
  bool verbose = false;
  bool for_agent = false;             ///< a coding agent reads what is printed
  std::vector<env_var> env{};         ///< of `--env`
  std::vector<env_var> variables{};   ///< of commands in sandboxes; those of `--env` come last
  std::vector<copy_dir> copy_dirs{};  ///< of `--copy-dir`
  std::optional<shard> part{};        ///< of `--shard`; nothing: all tests
  secret_mask secrets{};              ///< the values of all variables that are set
};

/// Loads the configuration and reads the options. Shows what is wrong, and returns nothing if that
/// leaves no way to go on. From here on messages show no value of a variable that is set.
[[nodiscard]] std::optional<launch> launch_or_complain(common_options const& common,
                                                       run_options const& given);

/// Whether `file` is a record of a run in this output folder.
[[nodiscard]] bool is_record_of(std::string const& file, std::string const& output_dir);

/// "2/5".
[[nodiscard]] std::string to_string(shard part);

}  // namespace offload::cli
