// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <string_view>

namespace offload {

/// Whether the relative path of a file is one that `glob` means, as `find . -path "./<glob>"` does
/// it: `*` and `?` stand for slashes and leading dots, too, and the whole path has to match.
/// `[a-z]` and `[!a-z]` stand for one character, and `\` takes away the meaning of the next one.
///
/// Beyond `find`, `**/` stands for any number of folders, none included: `a/**/b` means `a/b` as
/// well. A `./` in front of the glob has no meaning.
[[nodiscard]] bool path_matches(std::string_view glob, std::string_view path);

/// Whether a file in this folder, or below it, may match. `folder` ends with a slash. May say yes
/// too often, but never no.
[[nodiscard]] bool may_match_below(std::string_view glob, std::string_view folder);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/core/path_glob-inl.hpp>
#endif
