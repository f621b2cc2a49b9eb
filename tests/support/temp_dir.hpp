// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <system_error>

namespace offload::testing {

/// A folder of its own under the system's temporary folder, removed at the end.
class temp_dir {
 public:
  temp_dir() {
    static std::atomic<int> made{0};
    path_ = std::filesystem::temp_directory_path() /
            ("offload-test-" + std::to_string(::getpid()) + "-" + std::to_string(made++));
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  temp_dir(temp_dir const&) = delete;
  temp_dir& operator=(temp_dir const&) = delete;
  ~temp_dir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  [[nodiscard]] std::filesystem::path const& path() const { return path_; }
  std::filesystem::path operator/(std::string_view below) const { return path_ / below; }

 private:
  std::filesystem::path path_;
};

/// The contents of a file; empty if there is none.
inline std::string contents_of(std::filesystem::path const& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{}};
}

/// Writes a file, and the folders it is in.
inline void put_file(std::filesystem::path const& path, std::string_view contents = "") {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream{path, std::ios::binary} << contents;
}

}  // namespace offload::testing
