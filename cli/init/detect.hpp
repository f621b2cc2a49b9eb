// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/kinds.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "init/default_text.hpp"

/// Detects a project's tests from its files, for `offload init`.
namespace offload {

/// A project's folder as far as detection looks at it.
struct project_files {
  /// Relative paths of what stands in the folder itself and in its `tests`, `test` and build
  /// folders.
  std::vector<std::string> paths{};
  // The texts of files; empty when there is none.
  std::string package_json{};
  std::string cmake_lists{};
  std::string cmake_presets{};
  std::string pyproject{};
  std::string setup_cfg{};
  std::string tox_ini{};
  std::string makefile{};

  [[nodiscard]] bool has(std::string_view path) const;
};

/// Examines a folder. Unreadable files are ignored.
[[nodiscard]] project_files files_of_project(std::string const& folder);

struct detected_framework {
  framework_kind framework{};
  std::string reason;  ///< "found pytest.ini"
  command_recipe recipe = command_recipe::whole_command;

  bool operator==(detected_framework const&) const = default;
};

/// Its common name, such as "go" for a recipe of the `default` framework.
[[nodiscard]] std::string_view name_of(detected_framework const& found);

/// The frameworks that the project seems to use, the likeliest first, each once.
[[nodiscard]] std::vector<detected_framework> detect_frameworks(project_files const& files);

/// How to start pytest there: by uv, poetry or pdm, by the project's virtual environment, or by the
/// first of `python` and `python3` for which `has_pytest` is true.
[[nodiscard]] std::string pytest_command(
    project_files const& files, std::function<bool(std::string_view program)> const& has_pytest);

/// How to start a program of the project's Node packages: by the package manager whose lock file
/// there is.
[[nodiscard]] std::string node_command(project_files const& files, std::string_view program);

/// The folder that CMakePresets.json builds in, relative to the project: that of the first preset
/// that is not hidden. Empty when it does not say.
[[nodiscard]] std::string binary_dir_of_presets(std::string_view cmake_presets);

/// The build folder that holds tests for ctest, or that of the presets; "build" when
/// neither is there.
[[nodiscard]] std::string ctest_build_dir(project_files const& files);

/// The project's own command for all of its tests, as far as its files tell: "make test" at last.
[[nodiscard]] std::string whole_test_command(project_files const& files);

}  // namespace offload
