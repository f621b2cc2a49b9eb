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

/// Reads a history file. One that does not exist is an empty history.
[[nodiscard]] result<history> load_history(std::filesystem::path const& path);

/// Writes the file in one step: whoever reads it sees all of the old or all of the new one. A link
/// is followed, and permissions stay.
[[nodiscard]] result<void> save_history(std::filesystem::path const& path, std::string const& text);

/// Where damaged lines of a history file are kept: its path with `.damaged` behind it.
[[nodiscard]] std::filesystem::path damaged_path(std::filesystem::path const& path);

/// Reads the file, has `change` change what it holds, and writes it, while no other update of this
/// file runs; waits for one that does, for `patience` at most. Damaged lines are moved to
/// `damaged_path` and returned. A file that does not exist is made.
[[nodiscard]] result<std::vector<damaged_line>> update_history(
    std::filesystem::path const& path, std::function<void(history&)> const& change,
    seconds patience = seconds{30});

/// What to tell the user of damaged lines: a sentence each, and how many more when there are many.
[[nodiscard]] std::vector<std::string> described(std::filesystem::path const& path,
                                                 std::vector<damaged_line> const& lines);

}  // namespace offload
