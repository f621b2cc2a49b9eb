// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <cstddef>
#include <string_view>

namespace offload::text {

/// The number of bytes of the well-formed character at the start of `text`; 0 if it is malformed.
/// `text` must start with a non-ASCII byte.
[[nodiscard]] std::size_t utf8_length(std::string_view text);

/// U+FFFD, which replaces bytes that are not UTF-8.
inline constexpr std::string_view utf8_replacement = "\xEF\xBF\xBD";

}  // namespace offload::text

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/core/utf8-inl.hpp>
#endif
