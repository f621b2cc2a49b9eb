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

/// The commit whose files the base image is made from.
struct base_commit {
  std::string id{};              ///< 40 hexadecimal digits
  std::string head{};            ///< the commit that is checked out
  std::size_t commits_back = 0;  ///< how many commits HEAD has that this one has not
};

/// The base for the repository that `project` is in: HEAD, or with a checkpoint the commit that
/// `git log -n 1 -- <build_inputs>` finds, seen from `project`. The build inputs in that commit are
/// those in HEAD.
///
/// Nothing when there is no git repository, no commit, or none that changed a build input. An error
/// when a shallow clone does not reach far enough back.
[[nodiscard]] result<std::optional<base_commit>> find_base(
    std::string const& project, std::optional<checkpoint_config> const& checkpoint);

/// Writes the files of a commit into `folder`, which is made, or empty. Contents are those in git,
/// nothing converted; submodules are empty folders. Returns how many files there are.
[[nodiscard]] result<std::size_t> export_tree(std::string const& project, std::string const& commit,
                                              std::string const& folder);

/// Makes an exported folder a git repository with that one commit, on a branch `main`, for tools
/// that ask git for a version. Needs the git program.
[[nodiscard]] result<void> add_repository(std::string const& project, std::string const& commit,
                                          std::string const& folder, std::stop_token stop = {});

}  // namespace offload
