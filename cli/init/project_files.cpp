// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "init/detect.hpp"

#include <offload/core/contents_of.hpp>

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace offload {
namespace {

namespace fs = std::filesystem;

std::string text_of(fs::path const& file) {
  std::error_code unknown;
  return fs::is_regular_file(file, unknown) ? contents_of(file) : std::string{};
}

void add_names_in(fs::path const& folder, std::string const& prefix,
                  std::vector<std::string>& paths) {
  std::error_code failed;
  for (fs::directory_iterator entry{folder, failed}, end; !failed && entry != end;
       entry.increment(failed)) {
    paths.push_back(prefix + entry->path().filename().string());
  }
}

}  // namespace

project_files files_of_project(std::string const& folder) {
  project_files files;
  fs::path const root{folder};
  add_names_in(root, "", files.paths);
  std::ranges::sort(files.paths);

  std::vector<std::string> below;
  for (auto const* const name : {"tests", "test"}) {
    add_names_in(root / name, std::string{name} + '/', below);
  }
  std::error_code unknown;
  auto const add_if_built = [&](std::string const& name) {
    auto const tests = name + "/CTestTestfile.cmake";
    if (fs::exists(root / tests, unknown)) { below.push_back(tests); }
  };
  for (auto const& name : files.paths) { add_if_built(name); }
  for (auto const* const name : {"build", "out"}) {  // with a folder for each preset
    std::vector<std::string> folders;
    add_names_in(root / name, std::string{name} + '/', folders);
    for (auto const& one : folders) { add_if_built(one); }
  }
  std::ranges::sort(below);
  files.paths.insert(files.paths.end(), below.begin(), below.end());

  files.package_json = text_of(root / "package.json");
  files.cmake_lists = text_of(root / "CMakeLists.txt");
  files.cmake_presets = text_of(root / "CMakePresets.json");
  files.pyproject = text_of(root / "pyproject.toml");
  files.setup_cfg = text_of(root / "setup.cfg");
  files.tox_ini = text_of(root / "tox.ini");
  files.makefile = text_of(root / "Makefile");
  return files;
}

}  // namespace offload
