// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>
#include <offload/core/support_file.hpp>

#include <filesystem>
#include <memory>
#include <span>

namespace offload {

/// A private temporary folder that is removed with its contents by the destructor. A lock on a file
/// in it shows that its process still runs.
class temp_folder {
 public:
  [[nodiscard]] static result<temp_folder> make(std::span<support_file const> files = {});

  temp_folder(temp_folder&&) noexcept;
  temp_folder& operator=(temp_folder&&) noexcept;
  ~temp_folder();

  [[nodiscard]] std::filesystem::path const& path() const;

 private:
  struct made_folder;
  explicit temp_folder(std::filesystem::path path);

  std::unique_ptr<made_folder> folder_;
};

/// Removes the temporary folders of this user's killed processes.
void remove_abandoned_temp_folders();

/// Removes the temporary folders of this process, for a process that ends without destructors.
void remove_own_temp_folders();

}  // namespace offload
