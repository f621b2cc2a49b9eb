// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <cstddef>
#include <cstdint>
#include <string>

#include "fuzz/readers.hpp"

/// The entry of libFuzzer: `./dev fuzz`.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string const input{data, data + size};
  offload::testing::feed_a_reader(input);
  return 0;
}
