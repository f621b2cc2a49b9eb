// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "init/schema.hpp"

#include <fmt/core.h>

#include "command_line/commands.hpp"

namespace offload::cli {

int schema() {
  fmt::print("{}", config_schema());
  return 0;
}

}  // namespace offload::cli
