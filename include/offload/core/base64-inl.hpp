// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/base64.hpp>

#include <offload/core/inline.hpp>

#include <array>
#include <string_view>
#include <utility>

namespace offload::base64 {
namespace base64_detail {

inline constexpr std::int8_t no_digit = -1;

inline constexpr std::string_view digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

inline constexpr std::array<std::int8_t, 256> digit_values = [] {
  std::array<std::int8_t, 256> values{};
  values.fill(no_digit);
  for (std::size_t i = 0; i < digits.size(); ++i) {
    values[static_cast<unsigned char>(digits[i])] = static_cast<std::int8_t>(i);
  }
  return values;
}();

}  // namespace base64_detail

OFFLOAD_INLINE std::string encoded(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    auto const part = bytes.substr(at, 3);
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      bits = bits << 8U | (i < part.size() ? static_cast<unsigned char>(part[i]) : 0U);
    }
    for (std::size_t i = 0; i < 4; ++i) {
      text += i <= part.size() ? base64_detail::digits[bits >> (18 - 6 * i) & 0x3FU] : '=';
    }
  }
  return text;
}

OFFLOAD_INLINE std::optional<std::string> decoded(std::string_view text) {
  decoder decoder;
  std::string bytes;
  for (char const c : text) {
    if (!decoder.feed(c, bytes)) { return std::nullopt; }
  }
  return decoder.finish() ? std::optional{std::move(bytes)} : std::nullopt;
}

OFFLOAD_INLINE bool decoder::feed(char c, std::string& bytes) {
  auto const digit = base64_detail::digit_values[static_cast<unsigned char>(c)];
  if (digit == base64_detail::no_digit) {
    if (c != '=') { return c == '\n' || c == '\r' || c == ' ' || c == '\t'; }
    bool const fits = padded_ || digits_ >= 2;
    if (digits_ >= 2) { bytes += static_cast<char>(bits_ >> (6 * digits_ - 8)); }
    if (digits_ == 3) { bytes += static_cast<char>(bits_ >> 2U); }
    padded_ = true;
    digits_ = 0;
    return fits;
  }
  if (padded_) { return false; }
  bits_ = bits_ << 6U | static_cast<std::uint32_t>(digit);
  if (++digits_ == 4) {
    for (unsigned const shift : {16U, 8U, 0U}) { bytes += static_cast<char>(bits_ >> shift); }
    digits_ = 0;
  }
  return true;
}

OFFLOAD_INLINE bool decoder::finish() {
  bool const whole = digits_ == 0;
  *this = {};
  return whole;
}

}  // namespace offload::base64
