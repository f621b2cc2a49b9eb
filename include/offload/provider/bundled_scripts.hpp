// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>

#include <filesystem>
#include <string>
#include <string_view>

namespace offload {

/// The folder for the bundled scripts, in the user's cache.
[[nodiscard]] std::filesystem::path bundled_scripts_folder();

/// Writes the bundled scripts there as executable files. A file with the same contents is kept.
[[nodiscard]] result<void> lay_bundled_scripts(std::filesystem::path const& folder);

/// Replaces each `@name.ext` in a shell command by the path of the bundled script of that name in
/// `folder`. Call it before placeholders are replaced, because their values may look like
/// references.
[[nodiscard]] result<std::string> with_bundled_scripts(std::string_view command,
                                                       std::filesystem::path const& folder);

}  // namespace offload
