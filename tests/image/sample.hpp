// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <fmt/core.h>

#include <map>
#include <string>

#include "support/temp_dir.hpp"

namespace offload::testing {

/// A patch with a bit of everything, made by git from `sample_base`.
inline std::string sample_patch() {
  return contents_of(OFFLOAD_SOURCE_DIR "/tests/image/data/sample.patch");
}

inline std::string sample_lines() {
  std::string text;
  for (int i = 1; i <= 12; ++i) { text += fmt::format("line {}\n", i); }
  return text;
}

inline std::string sample_binary() {
  std::string bytes;
  for (int i = 0; i < 128; ++i) { bytes += static_cast<char>(i % 64); }
  return bytes;
}

/// The files that the patch is for, by path.
inline std::map<std::string, std::string> sample_base() {
  return {{"bin", sample_binary()},
          {"gone", "gone\n"},
          {"old name", "keep\nkeep\nkeep\nkeep\nkeep\n"},
          {"run", "run\n"},
          {"text", sample_lines()}};
}

}  // namespace offload::testing
