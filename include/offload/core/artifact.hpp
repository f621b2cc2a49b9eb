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

/// Which batches leave artifacts: all, or those with a bad attempt.
enum class artifact_source { all_batches, bad_batches };

/// What is to be kept of the files that batches write.
struct artifact_wish {
  std::vector<std::string> globs{};  ///< see core/path_glob.hpp; none: nothing is kept
  artifact_source of = artifact_source::all_batches;
  /// The folder for the artifacts of a batch. It may be asked for by several threads at once.
  std::function<std::filesystem::path(sandbox_id const&, batch_id)> folder{};
};

/// How much comes from one batch, so that a run stays bounded whatever a test leaves behind.
struct artifact_limits {
  std::uint64_t one_file = std::uint64_t{256} << 20U;  ///< bytes
  std::uint64_t all_files = std::uint64_t{1} << 30U;   ///< bytes
};

}  // namespace offload
