// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace offload::text {

/// The candidate that `word` is probably a misspelling of: the first one with the smallest number
/// of insertions, deletions, replacements and swaps of neighbours. It is at most two edits away, or
/// one if the word has up to three letters.
[[nodiscard]] std::optional<std::string_view> nearest(std::string_view word,
                                                      std::span<std::string_view const> candidates);

}  // namespace offload::text

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/core/nearest-inl.hpp>
#endif
