// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/image/patch.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace offload::image {

/// A file on one side of a patch.
struct file_state {
  file_kind kind{};
  std::string contents{};  ///< of a symbolic link: where it leads
  std::string id{};        ///< git's id of the contents, in full
};

/// Adds to `patch` what makes `after` of `before` at this path, so that git and apply_patch read
/// it. Nothing when they are the same.
///
/// A deleted file is written as a binary one: its id says what it was, its contents are not needed.
[[nodiscard]] result<void> write_change(std::string& patch, std::string const& path,
                                        std::optional<file_state> const& before,
                                        std::optional<file_state> const& after);

/// A file that moved as it is; only its mode may change.
void write_rename(std::string& patch, std::string const& from, file_kind before,
                  std::string const& to, file_kind after);

}  // namespace offload::image
