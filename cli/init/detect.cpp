// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "init/detect.hpp"

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

bool holds(std::string_view text, std::string_view words) { return text.find(words) != text.npos; }

bool is_python_test(std::string_view path) {
  auto const name = path.substr(path.rfind('/') + 1);
  return name.ends_with(".py") && (name.starts_with("test_") || name.ends_with("_test.py"));
}

std::optional<std::string> sign_of_pytest(project_files const& files) {
  for (auto const* const name : {"pytest.ini", "conftest.py", "tests/conftest.py"}) {
    if (files.has(name)) { return name; }
  }
  constexpr auto in_pyproject = "pytest in pyproject.toml";
  if (holds(files.pyproject, "[tool.pytest")) { return in_pyproject; }
  if (holds(files.setup_cfg, "[tool:pytest]")) { return "pytest in setup.cfg"; }
  if (holds(files.tox_ini, "[pytest]")) { return "pytest in tox.ini"; }
  if (auto test = first_path(files, is_python_test)) { return test; }
  if (holds(files.pyproject, "pytest")) { return in_pyproject; }
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
  return holds(files.package_json, "\"vitest\"") ? std::optional{"vitest in package.json"}
                                                 : std::nullopt;
}

std::optional<std::string> sign_of_jest(project_files const& files) {
  auto const is_configuration = [](std::string_view path) {
    return path.starts_with("jest.config.");
  };
  if (auto file = first_path(files, is_configuration)) { return file; }
  return holds(files.package_json, "\"jest\"") ? std::optional{"jest in package.json"}
                                               : std::nullopt;
}

std::optional<std::string> sign_of_ctest(project_files const& files) {
  auto const is_test_file = [](std::string_view path) {
    return path.ends_with("CTestTestfile.cmake");
  };
  if (auto file = first_path(files, is_test_file)) { return file; }
  for (auto const* const call : {"enable_testing", "include(CTest)"}) {
    if (holds(files.cmake_lists, call)) { return std::string{call} + " in CMakeLists.txt"; }
  }
  return std::nullopt;
}

/// Whether `npm test` does something: a new package.json has a script that only says it does not.
bool has_npm_test(project_files const& files) {
  return holds(files.package_json, "\"test\"") && !holds(files.package_json, "no test specified");
}

bool has_make_test(project_files const& files) {
  return files.makefile.starts_with("test:") || holds(files.makefile, "\ntest:");
}

}  // namespace

bool project_files::has(std::string_view path) const {
  return std::ranges::find(paths, path) != paths.end();
}

std::string_view name_of(detected_framework const& found) {
  if (found.framework != framework_kind::command) { return to_string(found.framework); }
  switch (found.recipe) {
    case command_recipe::go: return "go";
    case command_recipe::jest:
    case command_recipe::jest_junit: return "jest";
    case command_recipe::whole_command: break;
  }
  return to_string(found.framework);
}

std::vector<detected_framework> detect_frameworks(project_files const& files) {
  std::vector<detected_framework> found;
  auto const add = [&](framework_kind framework, std::optional<std::string> const& sign,
                       command_recipe recipe = command_recipe::whole_command) {
    if (sign) { found.push_back({framework, "found " + *sign, recipe}); }
  };
  auto const when = [](bool there, std::string const& sign) {
    return there ? std::optional{sign} : std::nullopt;
  };
  add(framework_kind::pytest, sign_of_pytest(files));
  add(framework_kind::nextest, sign_of_nextest(files));
  add(framework_kind::vitest, sign_of_vitest(files));
  add(framework_kind::ctest, sign_of_ctest(files));
  add(framework_kind::command, when(files.has("go.mod"), "go.mod"), command_recipe::go);
  add(framework_kind::command, sign_of_jest(files),
      holds(files.package_json, "\"jest-junit\"") ? command_recipe::jest_junit
                                                  : command_recipe::jest);
  if (!found.empty()) { return found; }
  // Many projects have these beside tests of a kind that is known better.
  add(framework_kind::pytest, when(files.has("pyproject.toml"), "pyproject.toml"));
  add(framework_kind::command, when(has_make_test(files), "the target test in Makefile"));
  if (found.empty()) {
    add(framework_kind::command, when(has_npm_test(files), "the script test in package.json"));
  }
  return found;
}

std::string pytest_command(project_files const& files,
                           std::function<bool(std::string_view program)> const& has_pytest) {
  for (std::string const tool : {"uv", "poetry", "pdm"}) {
    if (files.has(tool + ".lock")) { return tool + " run pytest"; }
  }
  if (files.has(".venv")) { return ".venv/bin/python -m pytest"; }
  for (auto const* const python : {"python", "python3"}) {
    if (has_pytest(python)) { return std::string{python} + " -m pytest"; }
  }
  return "python -m pytest";
}

std::string node_command(project_files const& files, std::string_view program) {
  std::string starter = "npx ";
  if (files.has("pnpm-lock.yaml")) {
    starter = "pnpm exec ";
  } else if (files.has("yarn.lock")) {
    starter = "yarn ";
  } else if (files.has("bun.lock") || files.has("bun.lockb")) {
    starter = "bunx ";
  }
  return starter.append(program);
}

std::string ctest_build_dir(project_files const& files) {
  constexpr std::string_view name = "/CTestTestfile.cmake";
  auto const file = first_path(files, [&](std::string_view path) { return path.ends_with(name); });
  if (file) { return file->substr(0, file->size() - name.size()); }
  auto const configured = binary_dir_of_presets(files.cmake_presets);
  return configured.empty() ? "build" : configured;
}

std::string whole_test_command(project_files const& files) {
  if (files.has("go.mod")) { return "go test ./..."; }
  return has_npm_test(files) && !has_make_test(files) ? "npm test" : "make test";
}

}  // namespace offload
