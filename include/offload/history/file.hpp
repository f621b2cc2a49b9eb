// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>
#include <offload/core/time.hpp>
#include <offload/history/history.hpp>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace offload {

/// Reads a history file. A missing file gives an empty history.
[[nodiscard]] result<history> load_history(std::filesystem::path const& path);

/// Writes the file atomically: a reader sees either the old or the new contents. A symbolic link is
/// followed, and permissions are kept.
[[nodiscard]] result<void> save_history(std::filesystem::path const& path, std::string const& text);

/// The file for damaged lines of a history file: its path with `.damaged` appended.
[[nodiscard]] std::filesystem::path damaged_path(std::filesystem::path const& path);

/// Reads the file, calls `change` on its contents and writes it, under a lock against other
/// updates. It waits at most `patience` for the lock. Damaged lines are moved to `damaged_path` and
/// returned. A missing file is created.
[[nodiscard]] result<std::vector<damaged_line>> update_history(
    std::filesystem::path const& path, std::function<void(history&)> const& change,
    seconds patience = seconds{30});

/// The warnings about damaged lines: one for each of the first lines, and one with the number of
/// the others.
[[nodiscard]] std::vector<std::string> described(std::filesystem::path const& path,
                                                 std::vector<damaged_line> const& lines);

}  // namespace offload
