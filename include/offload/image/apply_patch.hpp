// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace offload {

/// Applies a git patch to the files below `root`, all of it or nothing. Returns how many changes it
/// had. Needs no git.
///
/// New contents are checked and written beside the old ones first, in a folder
/// `.offload-apply-diff` below `root`, then everything is put in place by renames. When a step
/// fails, those before are taken back. When the process dies on the way, the next call in the same
/// root takes them back first. No path is followed through a symbolic link, not even one that the
/// patch makes. docs/apply-diff.md says the rest.
[[nodiscard]] result<std::size_t> apply_patch(std::string_view patch, std::string const& root);

/// The same with the patch in a file; `-` is the standard input.
[[nodiscard]] result<std::size_t> apply_patch_file(std::string const& file,
                                                   std::string const& root);

}  // namespace offload
