// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace offload {

/// What has changed in a working tree since a commit.
struct thin_diff {
  std::string patch{};    ///< as apply_patch and git read it; empty when nothing has changed
  std::size_t files = 0;  ///< that are changed, made, deleted or renamed
  /// Folders that are git repositories of their own, submodules among them. What is in them is not
  /// in the patch.
  std::vector<std::string> repositories{};
};

/// Compares the git repository that `project` is in with its commit `base` (40 digits). Paths in
/// the patch are relative to the root of the working tree.
///
/// Files count as they are on the disk, byte for byte, and so does the commit: line ends and other
/// things that git converts are not converted. Files that are not in git count unless git ignores
/// them. What `project`/.dockerignore leaves out is in no patch. No configuration of git matters
/// but `core.excludesFile`. Nothing is written into the repository.
[[nodiscard]] result<thin_diff> make_thin_diff(std::string const& project, std::string const& base);

}  // namespace offload
