// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>
#include <offload/core/support_file.hpp>
#include <offload/process/unique_fd.hpp>

#include <filesystem>
#include <span>
#include <utility>

namespace offload {

/// A private temporary folder that is removed with its contents by the destructor. A lock on a file
/// in it shows that its process still runs.
class temp_folder {
 public:
  [[nodiscard]] static result<temp_folder> make(std::span<support_file const> files = {});

  temp_folder(temp_folder&& other) noexcept
      : path_{std::exchange(other.path_, {})}, lock_{std::move(other.lock_)} {}
  temp_folder& operator=(temp_folder&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(lock_, other.lock_);
    return *this;
  }
  ~temp_folder();

  [[nodiscard]] std::filesystem::path const& path() const { return path_; }

 private:
  explicit temp_folder(std::filesystem::path path) : path_{std::move(path)} {}

  std::filesystem::path path_;
  unique_fd lock_;
};

/// Removes the temporary folders of this user's killed processes.
void remove_abandoned_temp_folders();

/// Removes the temporary folders of this process, for a process that ends without destructors.
void remove_own_temp_folders();

}  // namespace offload
