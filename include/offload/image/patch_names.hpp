// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace offload::image {

/// The working folder of apply_patch, below the root.
inline constexpr std::string_view staging_folder = ".offload-apply-diff";

/// Removes and returns one name in git's C quotes ("a\tb\303\244") at the start of `text`, if there
/// is one.
[[nodiscard]] std::optional<std::string> take_quoted(std::string_view& text);

/// The name that all of `text` is, quoted or not.
[[nodiscard]] std::optional<std::string> whole_name(std::string_view text);

/// The name without its first component, which is usually `a/` or `b/`.
[[nodiscard]] std::optional<std::string> without_prefix(std::string const& name);

/// The name in `a/NAME b/NAME`; none if the two names differ, as in a rename.
[[nodiscard]] std::optional<std::string> name_of_both(std::string_view text);

/// Why a path must not be written, as in "`../x` {leaves the project root}"; empty if it is safe.
[[nodiscard]] std::string_view problem_of_path(std::string_view path);

/// Formats a text for a message: in backquotes, shortened and without control characters.
[[nodiscard]] std::string shown(std::string_view text);

}  // namespace offload::image

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/image/patch_names-inl.hpp>
#endif
