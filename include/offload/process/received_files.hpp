// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>
#include <offload/process/unique_fd.hpp>

#include <filesystem>
#include <string>
#include <string_view>

namespace offload {

/// Writes received files, one after the other, below one folder. Their names are untrusted: a path
/// that leads out of the folder is refused, and symbolic links are not followed.
class received_files {
 public:
  /// The folder is created with the first file.
  explicit received_files(std::filesystem::path folder) : folder_{std::move(folder)} {}

  /// Opens the file `path`, relative to the folder, and replaces an existing file.
  [[nodiscard]] result<void> begin(std::string_view path);
  /// Appends to the open file.
  [[nodiscard]] result<void> write(std::string_view bytes);
  void end() { file_ = {}; }
  /// Closes and removes the open file, if there is one.
  void drop();

  [[nodiscard]] std::filesystem::path const& folder() const { return folder_; }

 private:
  std::filesystem::path folder_;
  std::string path_{};  ///< of the open file
  std::string name_{};  ///< of the open file, in its own folder
  unique_fd parent_{};
  unique_fd file_{};
};

}  // namespace offload
