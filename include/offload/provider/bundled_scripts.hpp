// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>

#include <filesystem>
#include <string>
#include <string_view>

namespace offload {

/// Where the scripts are laid that come with this program: a folder of the user's cache.
[[nodiscard]] std::filesystem::path bundled_scripts_folder();

/// Lays them there, each as an executable file; one that is there with the same contents stays.
[[nodiscard]] result<void> lay_bundled_scripts(std::filesystem::path const& folder);

/// A shell command as the user wrote it, with each `@name.ext` as the path of the bundled script of
/// that name in `folder`. To be asked before anything is filled in: a value that is filled in later
/// may look like a reference, and is none.
[[nodiscard]] result<std::string> with_bundled_scripts(std::string_view command,
                                                       std::filesystem::path const& folder);

}  // namespace offload
