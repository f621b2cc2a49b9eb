// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace offload {

/// The changes in a working tree since a commit.
struct thin_diff {
  std::string patch{};    ///< in the format of apply_patch and git; empty if nothing has changed
  std::size_t files = 0;  ///< number of changed, created, deleted or renamed files
  /// Folders that are git repositories themselves, including submodules. The patch does not contain
  /// changes inside them.
  std::vector<std::string> repositories{};
};

/// Compares the git repository that contains `project` with its commit `base` (40 digits). Paths in
/// the patch are relative to the root of the working tree.
///
/// Files and the commit are compared byte by byte, without git's conversions such as line endings.
/// Untracked files are included unless git ignores them. Files that `project`/.dockerignore
/// excludes are not in the patch. The only git configuration that has an effect is
/// `core.excludesFile`. Nothing is written into the repository.
[[nodiscard]] result<thin_diff> make_thin_diff(std::string const& project, std::string const& base);

}  // namespace offload
