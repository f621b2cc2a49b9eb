// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>

#include <git2.h>

#include <set>
#include <string>

namespace offload::image {

struct repository;

/// Where to look for changes.
struct changed_paths {
  std::set<std::string> files{};         ///< may have changed; all that have are among them
  std::set<std::string> repositories{};  ///< folders that are repositories of their own
};

/// The paths at which the working tree may differ from a commit. Files that have not been touched
/// since the index was written are not read.
[[nodiscard]] result<changed_paths> find_changed_paths(repository const& in, git_tree* base);

}  // namespace offload::image
