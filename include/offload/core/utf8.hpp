// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <cstddef>
#include <string_view>

namespace offload {

/// How many bytes the well-formed character at the start of `text` has; 0 if there is none. `text`
/// starts with a byte that is not ASCII.
[[nodiscard]] std::size_t utf8_length(std::string_view text);

/// What stands for bytes that are no UTF-8: U+FFFD.
inline constexpr std::string_view utf8_replacement = "\xEF\xBF\xBD";

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/core/utf8-inl.hpp>
#endif
