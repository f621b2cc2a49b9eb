// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "init/schema.hpp"

#include "command_line/commands.hpp"
#include "command_line/print.hpp"

namespace offload::cli {

int schema() {
  print_text(stdout, config_schema());
  return 0;
}

}  // namespace offload::cli
