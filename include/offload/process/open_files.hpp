// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <cstdint>

namespace offload {

/// How many files this process may have open (`ulimit -n`).
struct open_file_limits {
  std::uint64_t soft{};  ///< what holds now
  std::uint64_t hard{};  ///< what the soft limit may be raised to
};

[[nodiscard]] open_file_limits limits_of_open_files();

/// Raises the soft limit to `needed`, or as near as the hard limit lets it. Returns the soft limit
/// after it. Child processes get the soft limit that this process had at first: some programs
/// cannot handle numbers of files beyond it (select(2)), or try them all.
std::uint64_t allow_open_files(std::uint64_t needed);

}  // namespace offload
