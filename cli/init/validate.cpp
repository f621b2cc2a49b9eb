// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/config/load.hpp>

#include <cstdio>

#include "command_line/commands.hpp"
#include "command_line/print.hpp"
#include "command_line/warn.hpp"

namespace offload::cli {

int validate(common_options const& common) {
  auto const loaded = load_config(common.config);
  if (!loaded) {
    print_to(stderr, "Configuration error: {}\n", to_string(loaded.error()));
    return 1;
  }
  for (auto const& warning : loaded->warnings) { warn(to_string(warning)); }
  print("Configuration is valid!\n{}", describe(loaded->value));
  return 0;
}

}  // namespace offload::cli
