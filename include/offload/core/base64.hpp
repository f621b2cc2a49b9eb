// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace offload {

/// `bytes` in base64 (RFC 4648), without line feeds.
[[nodiscard]] std::string to_base64(std::string_view bytes);

/// All of `text`, if it is base64.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

/// Turns base64 (RFC 4648) back into bytes, digit by digit.
class base64_decoder {
 public:
  /// Appends to `bytes` what follows from one more character. Whether it has a place in base64:
  /// digits, padding and white space have.
  [[nodiscard]] bool feed(char c, std::string& bytes);
  /// The text has ended: whether it may end here. The decoder is as new afterwards.
  [[nodiscard]] bool finish();

 private:
  std::uint32_t bits_ = 0;  ///< of the group of four digits that has begun
  unsigned digits_ = 0;     ///< in that group
  bool padded_ = false;     ///< nothing but padding may follow
};

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/core/base64-inl.hpp>
#endif
