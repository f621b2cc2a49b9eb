// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/process/standard_streams.hpp>

#include "command_line/command_line.hpp"

int main(int argc, char** argv) {
  offload::open_standard_streams();
  return offload::cli::run_command_line(argc, argv);
}
