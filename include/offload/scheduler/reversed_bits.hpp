// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <cstddef>

namespace offload {

/// The last `bits` bits of a number in reverse order. Successive numbers become numbers that are
/// far apart, and each is in the largest gap that the ones before have left (van der Corput 1935).
[[nodiscard]] constexpr std::size_t reversed_bits(std::size_t number, int bits) {
  std::size_t reversed = 0;
  for (int bit = 0; bit < bits; ++bit) { reversed = reversed << 1 | (number >> bit & 1); }
  return reversed;
}
static_assert(reversed_bits(1, 3) == 4 && reversed_bits(6, 3) == 3);

}  // namespace offload
