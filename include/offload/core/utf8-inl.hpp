// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/utf8.hpp>

#include <offload/core/inline.hpp>

#include <cstdint>

namespace offload::text {

OFFLOAD_INLINE std::size_t utf8_length(std::string_view text) {
  auto const byte_at = [&](std::size_t at) {
    return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
  };
  auto const lead = byte_at(0);
  std::size_t const length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  std::uint32_t code = lead & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    auto const next = byte_at(i);
    if ((next & 0xC0U) != 0x80U) { return 0; }
    code = code << 6 | (next & 0x3FU);
  }
  bool const overlong = code < (length == 2 ? 0x80U : length == 3 ? 0x800U : 0x10000U);
  bool const surrogate = code >= 0xD800 && code < 0xE000;
  return lead < 0xC0 || lead > 0xF4 || overlong || surrogate || code > 0x10FFFF ? 0 : length;
}

}  // namespace offload::text
