// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>
#include <offload/process/unique_fd.hpp>

#include <sys/stat.h>

#include <string>
#include <string_view>
#include <vector>

namespace offload::image {

/// The kind of file at a path.
struct found {
  enum class what { nothing, file, symlink, folder, other };
  what is = what::nothing;
  /// The folder on the way that is a symbolic link, or no folder at all; then `is` is nothing.
  std::string blocked_by{};
  struct stat status {};
};

/// A folder and all that is below it, reached without following a symbolic link.
///
/// Paths are relative to the folder, without `.` and `..`. One thread may use it.
class tree {
 public:
  [[nodiscard]] static result<tree> open(std::string const& root);

  [[nodiscard]] int root() const { return root_.get(); }
  [[nodiscard]] result<found> look(std::string_view path);
  /// The contents of a file, or where a symbolic link leads.
  [[nodiscard]] result<std::string> read(std::string_view path, found const& there);
  /// Everything below a folder: files, and folders behind what is in them. All on its file system.
  [[nodiscard]] result<void> list(std::string const& path, std::vector<std::string>& files,
                                  std::vector<std::string>& folders);

  /// The open folder that `path` is in; -1 with errno when it cannot be reached.
  [[nodiscard]] int folder_of(std::string_view path);
  /// To be called when folders were made or removed.
  void forget() { last_.reset(); }

 private:
  explicit tree(unique_fd root) : root_{std::move(root)} {}

  unique_fd root_;
  unique_fd last_;  // the folder that was asked for last: patches go folder by folder
  std::string last_path_;
};

/// The last part of a path, which ends a string: it can be used as a C string where the path can.
[[nodiscard]] inline std::string name_of(std::string_view path) {
  return std::string{path.substr(path.rfind('/') + 1)};
}

/// "cannot WHAT `path`: Permission denied"
[[nodiscard]] tl::unexpected<error> cannot(std::string_view what, std::string_view path,
                                           int errno_value);

/// Reads a descriptor to its end; false with errno when that fails.
[[nodiscard]] bool read_all(int fd, std::string& into);
[[nodiscard]] bool write_all(int fd, std::string_view bytes);

}  // namespace offload::image
