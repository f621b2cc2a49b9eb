// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "warn.hpp"

#include <fmt/core.h>

#include <cstdio>

namespace offload::cli {

void warn(std::string_view text) { fmt::print(stderr, "WARN {}\n", text); }

int fail_with(error const& e) {
  fmt::print(stderr, "Error: {}\n", to_string(e));
  return 1;
}

std::optional<config> load_or_complain(std::string const& path) {
  auto loaded = load_config(path);
  if (!loaded) {
    fail_with(loaded.error());
    return std::nullopt;
  }
  for (auto const& warning : loaded->warnings) { warn(to_string(warning)); }
  return std::move(loaded->value);
}

}  // namespace offload::cli
