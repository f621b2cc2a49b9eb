// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace offload {

/// What there is to say about one key of offload.toml.
struct key_reference {
  std::string_view section;  ///< "offload", or "groups.NAME"
  std::string_view type;     ///< the `type` of the section that has this key; empty: no types
  std::string_view name;
  std::string value;          ///< what it takes, in words
  std::string default_value;  ///< as TOML; empty: there is none
  std::string_view meaning;
};

/// All keys, section by section. The reader of the file is made of the same list.
[[nodiscard]] std::vector<key_reference> config_reference();

}  // namespace offload
