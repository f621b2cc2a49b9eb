// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once
//
// SHA-1 as FIPS 180-4 has it. It detects damage, not forgery: the author of a patch also writes the
// ids in it. docs/decisions/0010 says why it is not a library's.
#include <offload/image/blob_id.hpp>

#include <offload/core/inline.hpp>

#include <fmt/core.h>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace offload::image {
namespace blob_id_detail {

inline constexpr std::size_t block_size = 64;

class sha1 {
 public:
  void add(std::string_view bytes) {
    total_ += bytes.size();
    if (!pending_.empty()) {
      auto const missing = bytes.substr(0, block_size - pending_.size());
      pending_ += missing;
      bytes.remove_prefix(missing.size());
      if (pending_.size() < block_size) { return; }
      mix(pending_);
      pending_.clear();
    }
    for (; bytes.size() >= block_size; bytes.remove_prefix(block_size)) { mix(bytes); }
    pending_ = bytes;
  }

  [[nodiscard]] std::string hex() {
    std::uint64_t const bits = std::uint64_t{total_} * 8;
    std::string end = "\x80";
    while ((pending_.size() + end.size()) % block_size != block_size - 8) { end += '\0'; }
    for (int shift = 56; shift >= 0; shift -= 8) { end += static_cast<char>(bits >> shift & 0xff); }
    add(end);
    return fmt::format("{:08x}{:08x}{:08x}{:08x}{:08x}", state_[0], state_[1], state_[2], state_[3],
                       state_[4]);
  }

 private:
  void mix(std::string_view block) {
    std::array<std::uint32_t, 80> w{};
    for (std::size_t i = 0; i < 16; ++i) {
      for (std::size_t j = 0; j < 4; ++j) {
        w[i] = w[i] << 8 | static_cast<unsigned char>(block[4 * i + j]);
      }
    }
    for (std::size_t i = 16; i < 80; ++i) {
      w[i] = std::rotl(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    }
    auto [a, b, c, d, e] = state_;
    for (std::size_t i = 0; i < 80; ++i) {
      auto const next = std::rotl(a, 5) + choice(i / 20, b, c, d) + e + w[i];
      e = d;
      d = c;
      c = std::rotl(b, 30);
      b = a;
      a = next;
    }
    std::array const mixed{a, b, c, d, e};
    for (std::size_t i = 0; i < mixed.size(); ++i) { state_[i] += mixed[i]; }
  }

  static std::uint32_t choice(std::size_t quarter, std::uint32_t b, std::uint32_t c,
                              std::uint32_t d) {
    switch (quarter) {
      case 0: return ((b & c) | (~b & d)) + 0x5a827999u;
      case 1: return (b ^ c ^ d) + 0x6ed9eba1u;
      case 2: return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdcu;
      default: return (b ^ c ^ d) + 0xca62c1d6u;
    }
  }

  std::array<std::uint32_t, 5> state_{0x67452301u, 0xefcdab89u, 0x98badcfeu, 0x10325476u,
                                      0xc3d2e1f0u};
  std::string pending_;
  std::size_t total_ = 0;
};

}  // namespace blob_id_detail

OFFLOAD_INLINE std::string blob_id(std::string_view contents) {
  blob_id_detail::sha1 hash;
  auto const header = fmt::format("blob {}", contents.size());
  hash.add({header.c_str(), header.size() + 1});  // with its NUL
  hash.add(contents);
  return hash.hex();
}

}  // namespace offload::image
