// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/time.hpp>

#include <optional>
#include <string>

namespace offload {

/// `[offload]`: how the run as a whole goes.
struct run_config {
  unsigned max_parallel = 10;                ///< sandboxes at once; at least 1
  seconds test_timeout{900};                 ///< `test_timeout_secs`, for each batch
  std::optional<std::string> working_dir{};  ///< of the local provider; beats the provider's own
  /// The repository's root in a sandbox. After loading, both roots are set: the one that the file
  /// leaves out is copied from the other.
  std::string sandbox_repo_root{};
  std::string sandbox_project_root{};  ///< where tests run in a sandbox: `OFFLOAD_ROOT`
  std::optional<std::string> sandbox_init_cmd{};
  std::optional<std::string> post_patch_cmd{};
  bool impatiently_requeue_batches = true;  ///< idle sandboxes run copies of late batches
  /// Idle sandboxes begin retries of tests that are still running. Unset: where sandboxes share no
  /// machine.
  std::optional<bool> speculative_retries{};
  unsigned max_parallel_collection = 0;  ///< discovery commands at once; 0: one a processor

  bool operator==(run_config const&) const = default;
};

}  // namespace offload
