// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace offload {

/// The documentation of one key of offload.toml.
struct key_reference {
  std::string_view section;  ///< "offload", or "groups.NAME"
  std::string_view type;     ///< the `type` of the section that has this key; empty: no types
  std::string_view name;
  std::string value;          ///< the kind of value, in words
  std::string default_value;  ///< as TOML; empty: no default
  std::string_view meaning;
};

/// All keys, section by section. The reader of the file uses the same list.
[[nodiscard]] std::vector<key_reference> config_reference();

}  // namespace offload
