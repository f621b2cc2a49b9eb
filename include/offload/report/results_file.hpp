// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>

#include <filesystem>

/// Files with the results of a run. They replace those of the run before in one step, so that a
/// reader finds the one or the other.
namespace offload {

/// Keeps the results that are about to be replaced, at `previous_path`; they stay at `results`,
/// too. If they cannot be kept, no older ones are left that a reader would take for them.
void keep_previous(std::filesystem::path const& results);

/// Moves a finished file to its final path, and replaces what is there.
[[nodiscard]] result<void> move_into_place(std::filesystem::path const& finished,
                                           std::filesystem::path const& results);

}  // namespace offload
