// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <string>
#include <string_view>

namespace offload {

/// A TOML string of this text, which is one line.
[[nodiscard]] inline std::string toml_quoted(std::string_view text) {
  std::string toml = "\"";
  for (char const c : text) {
    if (c == '"' || c == '\\') { toml += '\\'; }
    toml += c;
  }
  return toml + '"';
}

}  // namespace offload
