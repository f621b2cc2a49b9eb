// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/config/schema.hpp>

#include <fmt/core.h>

#include "commands.hpp"

namespace offload::cli {

int schema() {
  fmt::print("{}", config_schema());
  return 0;
}

}  // namespace offload::cli
