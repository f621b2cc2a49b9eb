// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace offload {

/// Splits a command line into words as a POSIX shell does: quotes and backslashes, no expansion.
///
/// Fails if a quote is not closed or the text ends with a backslash.
[[nodiscard]] result<std::vector<std::string>> split_shell_words(std::string_view text);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/core/shell_words-inl.hpp>
#endif
