// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/process/temp_folder.hpp>

#include <stdlib.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>

namespace offload {

namespace fs = std::filesystem;

result<temp_folder> temp_folder::make(std::span<support_file const> files) {
  std::error_code no_such_place;
  auto const place = fs::temp_directory_path(no_such_place);
  std::string name = (no_such_place ? fs::path{"/tmp"} : place) / "offload-XXXXXX";
  if (::mkdtemp(name.data()) == nullptr) {
    return fail(errc::io, "cannot make a temporary folder {}: {}", name, std::strerror(errno));
  }
  temp_folder folder{fs::path{name}};
  for (auto const& file : files) {
    std::ofstream out{folder.path() / file.name, std::ios::binary};
    out << file.contents;
    if (!out.flush()) {
      return fail(errc::io, "cannot write {}", (folder.path() / file.name).string());
    }
  }
  return folder;
}

temp_folder::~temp_folder() {
  std::error_code ignored;
  if (!path_.empty()) { fs::remove_all(path_, ignored); }
}

}  // namespace offload
