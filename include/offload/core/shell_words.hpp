// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace offload::shell {

/// Splits a command line into words as a POSIX shell does: quotes and backslashes, no expansion.
///
/// Fails if a quote is not closed or the text ends with a backslash.
[[nodiscard]] result<std::vector<std::string>> split(std::string_view text);

/// Returns `word` quoted for a POSIX shell; unchanged if it needs no quotes.
[[nodiscard]] std::string quoted(std::string_view word);

/// Returns all `words`, quoted and joined by single spaces.
[[nodiscard]] std::string joined(std::vector<std::string> const& words);

}  // namespace offload::shell

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/core/shell_words-inl.hpp>
#endif
