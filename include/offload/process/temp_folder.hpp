// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>
#include <offload/core/support_file.hpp>
#include <offload/process/unique_fd.hpp>

#include <filesystem>
#include <memory>
#include <span>
#include <utility>

namespace offload {

/// A private temporary folder that is removed with its contents by the destructor. A lock on a file
/// in it shows that its process still runs.
class temp_folder {
 public:
  [[nodiscard]] static result<temp_folder> make(std::span<support_file const> files = {});

  [[nodiscard]] std::filesystem::path const& path() const { return folder_->path; }

 private:
  struct made_folder {
    explicit made_folder(std::filesystem::path at) : path{std::move(at)} {}
    made_folder(made_folder const&) = delete;
    made_folder& operator=(made_folder const&) = delete;
    ~made_folder();

    std::filesystem::path path;
    unique_fd lock{};
  };

  explicit temp_folder(std::filesystem::path path)
      : folder_{std::make_unique<made_folder>(std::move(path))} {}

  std::unique_ptr<made_folder> folder_;
};

/// Removes the temporary folders of this user's killed processes.
void remove_abandoned_temp_folders();

/// Removes the temporary folders of this process, for a process that ends without destructors.
void remove_own_temp_folders();

}  // namespace offload
