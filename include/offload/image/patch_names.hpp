// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace offload::image {

/// The folder below the root that apply_patch works in.
inline constexpr std::string_view staging_folder = ".offload-apply-diff";

/// Takes one name in git's C quotes ("a\tb\303\244") off the front of `text`, if there is one.
[[nodiscard]] std::optional<std::string> take_quoted(std::string_view& text);

/// A name that takes up all of `text`, quoted or not.
[[nodiscard]] std::optional<std::string> whole_name(std::string_view text);

/// The name without its first part, which is `a/` or `b/` as a rule.
[[nodiscard]] std::optional<std::string> without_prefix(std::string const& name);

/// The one name that `a/NAME b/NAME` stands for; none if the two differ, as in a rename.
[[nodiscard]] std::optional<std::string> name_of_both(std::string_view text);

/// Why a path must not be written, as in "`../x` {leaves the project root}"; empty if it may be.
[[nodiscard]] std::string_view problem_of_path(std::string_view path);

/// A text as it can be shown in a message: in backquotes, short and without control characters.
[[nodiscard]] std::string shown(std::string_view text);

}  // namespace offload::image

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/image/patch_names-inl.hpp>
#endif
