// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

namespace offload::cli {

/// Does what the arguments of `main` ask for, and returns the exit code. Values of `--env` are
/// overwritten in them.
int run_command_line(int argc, char** argv);

}  // namespace offload::cli
