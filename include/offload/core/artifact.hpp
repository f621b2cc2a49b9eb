// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/ids.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace offload {

/// The batches whose artifacts are kept: all, or those with a bad attempt.
enum class artifact_source { all_batches, bad_batches };

/// Which of the files that batches write are kept as artifacts.
struct artifact_wish {
  std::vector<std::string> globs{};  ///< see core/path_glob.hpp; empty: no artifacts are kept
  artifact_source of = artifact_source::all_batches;
  /// The folder for the artifacts of a batch. Several threads may call it at once.
  std::function<std::filesystem::path(sandbox_id const&, batch_id)> folder{};
};

/// Limits for the artifacts of one batch. They bound the run whatever a test writes.
struct artifact_limits {
  std::uint64_t one_file = std::uint64_t{256} << 20U;  ///< bytes
  std::uint64_t all_files = std::uint64_t{1} << 30U;   ///< bytes
};

}  // namespace offload
