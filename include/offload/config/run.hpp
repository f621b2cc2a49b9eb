// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/time.hpp>

#include <optional>
#include <string>

namespace offload {

/// `[offload]`: settings of the whole run.
struct run_config {
  unsigned max_parallel = 10;                ///< sandboxes at once; at least 1
  seconds test_timeout{900};                 ///< `test_timeout_secs`, for each batch
  std::optional<seconds> start_timeout{};    ///< `start_timeout_secs`; unset: see `start_limit`
  std::optional<std::string> working_dir{};  ///< local provider only; overrides its own
  /// The repository's root in a sandbox. If the file sets only one of the two roots, loading copies
  /// it to the other.
  std::string sandbox_repo_root{};
  std::string sandbox_project_root{};  ///< where tests run in a sandbox: `OFFLOAD_ROOT`
  std::optional<std::string> sandbox_init_cmd{};
  std::optional<std::string> post_patch_cmd{};
  bool impatiently_requeue_batches = true;  ///< idle sandboxes run copies of late batches
  /// Idle sandboxes start retries of tests that are still running. Unset: only if each sandbox has
  /// its own machine.
  std::optional<bool> speculative_retries{};
  unsigned max_parallel_collection = 0;  ///< parallel discovery commands; 0: one per processor

  bool operator==(run_config const&) const = default;
};

}  // namespace offload
