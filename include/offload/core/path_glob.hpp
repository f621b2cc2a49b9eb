// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <string_view>

namespace offload {

/// Whether `glob` matches the relative path of a file, as `find . -path "./<glob>"` does: `*` and
/// `?` also match slashes and leading dots, and the whole path must match. `[a-z]` and `[!a-z]`
/// match one character, and `\` escapes the next character.
///
/// Unlike in `find`, `**/` matches any number of folders, including none: `a/**/b` matches `a/b`. A
/// `./` at the start of the glob has no effect.
[[nodiscard]] bool path_matches(std::string_view glob, std::string_view path);

/// Whether a file in or below this folder may match. `folder` ends with a slash. The answer may be
/// a false positive, but never a false negative.
[[nodiscard]] bool may_match_below(std::string_view glob, std::string_view folder);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/core/path_glob-inl.hpp>
#endif
