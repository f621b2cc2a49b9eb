// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/core/contents_of.hpp>

#include <array>
#include <cstddef>
#include <fstream>

namespace offload {

std::string contents_of(std::string const& path) {
  std::ifstream file{path, std::ios::binary};
  std::string text;
  // Unlike a streambuf iterator, read() does not throw when the path is a folder.
  for (std::array<char, 4096> part{}; file.read(part.data(), part.size()) || file.gcount() > 0;) {
    text.append(part.data(), static_cast<std::size_t>(file.gcount()));
  }
  return text;
}

}  // namespace offload
