// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/config/detect.hpp>

#include <algorithm>
#include <optional>

namespace offload {
namespace {

/// The first path for which `wanted` is true.
template <class Predicate>
std::optional<std::string> first_path(project_files const& files, Predicate wanted) {
  auto const found = std::ranges::find_if(files.paths, wanted);
  return found == files.paths.end() ? std::nullopt : std::optional{*found};
}

bool is_python_test(std::string_view path) {
  auto const name = path.substr(path.rfind('/') + 1);
  return name.ends_with(".py") && (name.starts_with("test_") || name.ends_with("_test.py"));
}

std::optional<std::string> sign_of_pytest(project_files const& files) {
  for (auto const* const name : {"pytest.ini", "conftest.py", "tests/conftest.py"}) {
    if (files.has(name)) { return name; }
  }
  if (auto test = first_path(files, is_python_test)) { return test; }
  if (files.has("pyproject.toml")) { return "pyproject.toml"; }
  return std::nullopt;
}

std::optional<std::string> sign_of_nextest(project_files const& files) {
  return files.has("Cargo.toml") ? std::optional{"Cargo.toml"} : std::nullopt;
}

std::optional<std::string> sign_of_vitest(project_files const& files) {
  auto const is_configuration = [](std::string_view path) {
    return path.starts_with("vitest.config.") || path.starts_with("vitest.workspace.");
  };
  if (auto file = first_path(files, is_configuration)) { return file; }
  if (files.package_json.find("\"vitest\"") != std::string::npos) {
    return "vitest in package.json";
  }
  return std::nullopt;
}

std::optional<std::string> sign_of_ctest(project_files const& files) {
  auto const is_test_file = [](std::string_view path) {
    return path.ends_with("CTestTestfile.cmake");
  };
  if (auto file = first_path(files, is_test_file)) { return file; }
  for (auto const* const call : {"enable_testing", "include(CTest)"}) {
    if (files.cmake_lists.find(call) != std::string::npos) {
      return std::string{call} + " in CMakeLists.txt";
    }
  }
  return std::nullopt;
}

}  // namespace

bool project_files::has(std::string_view path) const {
  return std::ranges::find(paths, path) != paths.end();
}

std::vector<detected_framework> detect_frameworks(project_files const& files) {
  std::vector<detected_framework> found;
  auto const add = [&](framework_kind framework, std::optional<std::string> const& sign) {
    if (sign) { found.push_back({framework, "found " + *sign}); }
  };
  add(framework_kind::pytest, sign_of_pytest(files));
  add(framework_kind::nextest, sign_of_nextest(files));
  add(framework_kind::vitest, sign_of_vitest(files));
  add(framework_kind::ctest, sign_of_ctest(files));
  // Many projects have a pyproject.toml for their tools only.
  std::ranges::stable_partition(found,
                                [](auto const& f) { return f.reason != "found pyproject.toml"; });
  return found;
}

std::string pytest_command(project_files const& files,
                           std::function<bool(std::string_view program)> const& has_pytest) {
  if (files.has("uv.lock")) { return "uv run pytest"; }
  if (files.has(".venv")) { return ".venv/bin/python -m pytest"; }
  for (auto const* const python : {"python", "python3"}) {
    if (has_pytest(python)) { return std::string{python} + " -m pytest"; }
  }
  return "python -m pytest";
}

std::string ctest_build_dir(project_files const& files) {
  constexpr std::string_view name = "/CTestTestfile.cmake";
  auto const file = first_path(files, [&](std::string_view path) { return path.ends_with(name); });
  return file ? file->substr(0, file->size() - name.size()) : "build";
}

std::string whole_test_command(project_files const& files) {
  if (files.has("go.mod")) { return "go test ./..."; }
  if (files.package_json.find("\"test\"") != std::string::npos) { return "npm test"; }
  return "make test";
}

}  // namespace offload
