// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>

#include <filesystem>
#include <string>

namespace offload {

/// How git is told what merges a history file: `merge.offload-history.driver`.
inline constexpr auto merge_driver_command = "offload history merge %O %A %B";

enum class setup_step { done, was_done };

/// The changes of the set-up of the merge driver.
struct merge_driver_setup {
  std::filesystem::path attributes{};  ///< the file .gitattributes of the repository
  std::string line{};                  ///< what it says of the history file
  setup_step attributes_step{};
  std::string driver{};  ///< the command that git runs
  setup_step config_step{};
};

/// Sets up Offload as git's merge driver for the history file `path`, in the repository that
/// contains the file or its folder: writes .gitattributes at its root and its configuration.
/// Existing settings are kept.
[[nodiscard]] result<merge_driver_setup> set_up_merge_driver(std::filesystem::path const& path);

/// A line of .gitattributes that gives the file at this path, relative to it, to the driver.
[[nodiscard]] std::string attributes_line(std::string const& relative);

}  // namespace offload
