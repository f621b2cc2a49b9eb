// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace offload {

/// The candidate that `word` was probably meant to be: the first of those with the fewest
/// insertions, deletions, replacements and swaps of neighbours, if two of these (one in a word of
/// up to three letters) turn the one into the other.
[[nodiscard]] std::optional<std::string_view> nearest(std::string_view word,
                                                      std::span<std::string_view const> candidates);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/core/nearest-inl.hpp>
#endif
