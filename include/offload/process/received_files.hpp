// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>
#include <offload/process/unique_fd.hpp>

#include <filesystem>
#include <string>
#include <string_view>

namespace offload {

/// Writes files that come from elsewhere, one after the other, below one folder and nowhere else,
/// whatever their names are: a path that leads out of it is refused, and no link is followed.
class received_files {
 public:
  /// The folder is made with the first file.
  explicit received_files(std::filesystem::path folder) : folder_{std::move(folder)} {}

  /// Opens the file `path`, relative to the folder, in place of one of that name.
  [[nodiscard]] result<void> begin(std::string_view path);
  /// Appends to the open file.
  [[nodiscard]] result<void> write(std::string_view bytes);
  void end() { file_ = {}; }
  /// Ends the open file, if there is one, and removes it.
  void drop();

  [[nodiscard]] std::filesystem::path const& folder() const { return folder_; }

 private:
  std::filesystem::path folder_;
  std::string path_{};  ///< of the open file
  std::string name_{};  ///< of it, in its own folder
  unique_fd parent_{};
  unique_fd file_{};
};

}  // namespace offload
