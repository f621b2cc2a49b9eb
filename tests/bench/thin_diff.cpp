// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors

// Writes the thin diff between a commit and the working tree: thin_diff FOLDER COMMIT FILE
#include <offload/image/thin_diff.hpp>

#include <fmt/core.h>

#include <cstdio>
#include <fstream>

int main(int argc, char** argv) {
  if (argc != 4) { return 2; }
  auto const made = offload::make_thin_diff(argv[1], argv[2]);
  if (!made) {
    fmt::print(stderr, "{}\n", offload::to_string(made.error()));
    return 1;
  }
  std::ofstream{argv[3], std::ios::binary} << made->patch;
  fmt::print("{} files\n", made->files);
}
