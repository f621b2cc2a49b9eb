// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace offload {

/// Applies a git patch to the files below `root`, all of it or nothing. Returns the number of
/// changes. Does not need git.
///
/// It first checks the new contents and writes them to a folder `.offload-apply-diff` below `root`,
/// then moves everything into place by renames. If a step fails, the steps before it are undone. If
/// the process dies in between, the next call for the same root undoes them first. No path is
/// followed through a symbolic link, not even one that the patch creates. docs/apply-diff.md has
/// the details.
[[nodiscard]] result<std::size_t> apply_patch(std::string_view patch, std::string const& root);

/// The same for a patch in a file; `-` is the standard input.
[[nodiscard]] result<std::size_t> apply_patch_file(std::string const& file,
                                                   std::string const& root);

}  // namespace offload
