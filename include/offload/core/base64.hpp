// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace offload::base64 {

/// `bytes` in base64 (RFC 4648), without line feeds.
[[nodiscard]] std::string encoded(std::string_view bytes);

/// The bytes of `text`, or nothing if `text` is not base64.
[[nodiscard]] std::optional<std::string> decoded(std::string_view text);

/// Decodes base64 (RFC 4648) one character at a time.
class decoder {
 public:
  /// Decodes one more character and appends to `bytes`. Returns whether the character is valid at
  /// this point: a digit, padding or white space.
  [[nodiscard]] bool feed(char c, std::string& bytes);
  /// Returns whether the text may end here, and resets the decoder.
  [[nodiscard]] bool finish();

 private:
  std::uint32_t bits_ = 0;  ///< of the current group of four digits
  unsigned digits_ = 0;     ///< in that group
  bool padded_ = false;     ///< only padding may follow
};

}  // namespace offload::base64

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/core/base64-inl.hpp>
#endif
