// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace offload {
namespace crc32_detail {

inline constexpr auto table = [] {
  std::array<std::uint32_t, 256> made{};
  for (std::uint32_t octet = 0; octet < made.size(); ++octet) {
    auto rest = octet;
    for (int bit = 0; bit < 8; ++bit) {
      rest = (rest & 1) != 0 ? 0xEDB88320 ^ (rest >> 1) : rest >> 1;
    }
    made[octet] = rest;
  }
  return made;
}();

}  // namespace crc32_detail

/// The CRC-32 of `bytes`, as zlib and gzip (RFC 1952) compute it. It finds accidental damage.
[[nodiscard]] constexpr std::uint32_t crc32(std::string_view bytes) {
  std::uint32_t sum = 0xFFFFFFFF;
  for (char const c : bytes) {
    sum = crc32_detail::table[(sum ^ static_cast<unsigned char>(c)) & 0xFF] ^ (sum >> 8);
  }
  return ~sum;
}

static_assert(crc32("123456789") == 0xCBF43926);  // the check value of the CRC catalogue

}  // namespace offload
