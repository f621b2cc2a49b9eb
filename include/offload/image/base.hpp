// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/checkpoint.hpp>
#include <offload/core/error.hpp>

#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>

namespace offload {

/// The commit whose files the base image is built from.
struct base_commit {
  std::string id{};              ///< 40 hexadecimal digits
  std::string head{};            ///< the commit that is checked out
  std::size_t commits_back = 0;  ///< number of commits of HEAD that this commit does not contain
};

/// The base for the repository that `project` is in: HEAD, or with a checkpoint the commit that
/// `git log -n 1 -- <build_inputs>` finds when run in `project`. That commit has the same build
/// inputs as HEAD.
///
/// Nothing if there is no git repository, no commit, or no commit that changed a build input. An
/// error if the history of a shallow clone is too short.
[[nodiscard]] result<std::optional<base_commit>> find_base(
    std::string const& project, std::optional<checkpoint_config> const& checkpoint);

/// Writes the files of a commit into `folder`, which is created or must be empty. Contents are
/// those in git, without conversion; submodules become empty folders. Returns the number of files.
[[nodiscard]] result<std::size_t> export_tree(std::string const& project, std::string const& commit,
                                              std::string const& folder);

/// Turns an exported folder into a git repository with only this commit, on a branch `main`, for
/// tools that ask git for a version. Needs the git program.
[[nodiscard]] result<void> add_repository(std::string const& project, std::string const& commit,
                                          std::string const& folder, std::stop_token stop = {});

}  // namespace offload
