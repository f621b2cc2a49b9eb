// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/kinds.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

/// What a project's own files say about its tests, for `offload init`.
namespace offload {

/// A project's folder as far as detection looks at it.
struct project_files {
  /// Relative paths of what stands in the folder itself and in its `tests`, `test` and build
  /// folders.
  std::vector<std::string> paths{};
  std::string package_json{};  ///< the text of the file; empty when there is none
  std::string cmake_lists{};   ///< of CMakeLists.txt, likewise

  [[nodiscard]] bool has(std::string_view path) const;
};

/// Looks at a folder. What cannot be read is not there.
[[nodiscard]] project_files files_of_project(std::string const& folder);

struct detected_framework {
  framework_kind framework{};
  std::string reason;  ///< "found pytest.ini"

  bool operator==(detected_framework const&) const = default;
};

/// The frameworks that the project seems to use, the likeliest first, each once.
[[nodiscard]] std::vector<detected_framework> detect_frameworks(project_files const& files);

/// How to start pytest there: by uv, by the project's virtual environment, or by the first of
/// `python` and `python3` for which `has_pytest` is true.
[[nodiscard]] std::string pytest_command(
    project_files const& files, std::function<bool(std::string_view program)> const& has_pytest);

/// The build folder that holds tests for ctest; "build" when there is none yet.
[[nodiscard]] std::string ctest_build_dir(project_files const& files);

/// The project's own command for all of its tests, as far as its files tell: "make test" at last.
[[nodiscard]] std::string whole_test_command(project_files const& files);

}  // namespace offload
