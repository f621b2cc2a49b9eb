// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/config.hpp>
#include <offload/config/expand.hpp>
#include <offload/core/error.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace offload {

/// A place in a configuration file; both count from 1.
struct config_place {
  std::string source;
  unsigned line{};
  unsigned column{};

  bool operator==(config_place const&) const = default;
};

enum class config_oddity {
  unknown_key,  ///< a key that Offload does not know
  empty_value,  ///< an empty string where a value is required: the default is used
};

/// A harmless problem in a configuration.
struct config_warning {
  std::string key;  ///< its dotted path
  config_place place;
  std::string hint{};  ///< may be empty
  config_oddity what = config_oddity::unknown_key;

  bool operator==(config_warning const&) const = default;
};

struct loaded_config {
  config value;
  std::vector<config_warning> warnings{};  ///< in the order of the file
};

/// The inputs of a configuration besides its text.
struct surroundings {
  variable_lookup variables = environment_variable;
  std::string working_dir{};  ///< absolute
};

/// The environment and working directory of this process.
[[nodiscard]] surroundings surroundings_of_process();

/// Reads a configuration. Messages name it `source`.
[[nodiscard]] result<loaded_config> parse_config(
    std::string_view text, std::string_view source,
    surroundings const& around = surroundings_of_process());

[[nodiscard]] result<loaded_config> load_config(
    std::string const& path, surroundings const& around = surroundings_of_process());

/// "offload.toml:3:1"
[[nodiscard]] std::string to_string(config_place const& place);

/// "Ignoring unrecognized config key: offload.max_paralel (offload.toml:3:1); did you mean ...?"
[[nodiscard]] std::string to_string(config_warning const& warning);

}  // namespace offload
