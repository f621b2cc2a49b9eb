// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>
#include <offload/core/time.hpp>
#include <offload/process/unique_fd.hpp>

#include <filesystem>
#include <utility>

namespace offload {

/// The exclusive right to change files of a folder during this object's lifetime. It excludes other
/// processes, and other threads that have their own lock object. The kernel releases it when the
/// process dies.
///
/// Readers need no lock if writers replace files by a rename.
class folder_lock {
 public:
  /// Waits for the lock, at most for `patience`. It locks the folder itself, so that no lock file
  /// remains in it. Network file systems can only lock files; there it locks the file
  /// `.offload.lock`. On a file system without locks it succeeds without one.
  static result<folder_lock> take(std::filesystem::path const& folder, seconds patience);

 private:
  explicit folder_lock(unique_fd fd) : fd_{std::move(fd)} {}
  unique_fd fd_;
};

}  // namespace offload
