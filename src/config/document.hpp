// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/load.hpp>
#include <offload/core/error.hpp>

#include <span>
#include <string>
#include <string_view>

#include <toml++/toml.h>

namespace offload {

/// A parsed TOML file that knows what it is called.
class document {
 public:
  [[nodiscard]] static result<document> parse(std::string_view text, std::string_view source);

  [[nodiscard]] toml::table const& root() const { return root_; }
  [[nodiscard]] config_place place_of(toml::source_region const& region) const;

  /// Where the last key of a path stands; where the last table on the way to it starts, if it is
  /// not there.
  [[nodiscard]] config_place place_of(std::span<std::string_view const> path) const;

 private:
  document(toml::table root, std::string_view source);

  toml::table root_;
  std::string source_;
};

/// An error about a key, in the form that all of them have:
/// "offload.toml:12:7: [provider] key `cpu_cores`: expected a number, got a string"
[[nodiscard]] error about_key(config_place const& place, std::string_view section,
                              std::string_view key, error why);

/// "offload.toml:9:1: [provider] missing field `type`", with a hint.
[[nodiscard]] error missing_field(config_place const& place, std::string_view section,
                                  std::string_view key, std::string hint);

}  // namespace offload
