// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>
#include <offload/core/time.hpp>
#include <offload/process/unique_fd.hpp>

#include <filesystem>
#include <utility>

namespace offload {

/// The right to change files of a folder while it lives. Processes take turns; so do threads, each
/// with a lock of its own. The kernel gives it back when the process dies.
///
/// Readers need no lock where the files are replaced by a rename.
class folder_lock {
 public:
  /// Waits for the turn, for `patience` at most. The folder itself is locked, so that no file is
  /// left in it. Network file systems lock files only: there it is the file `.offload.lock`. A file
  /// system that has no locks at all is used without.
  static result<folder_lock> take(std::filesystem::path const& folder, seconds patience);

 private:
  explicit folder_lock(unique_fd fd) : fd_{std::move(fd)} {}
  unique_fd fd_;
};

}  // namespace offload
