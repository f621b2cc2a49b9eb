// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "init/detect.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace offload {
namespace {

using detected = std::vector<detected_framework>;

TEST(DetectFrameworks, FindsNothingInAnEmptyProject) {
  EXPECT_EQ(detect_frameworks({}), detected{});
}

TEST(DetectFrameworks, KnowsPytestByItsFiles) {
  EXPECT_EQ(detect_frameworks({.paths = {"conftest.py", "pytest.ini"}}),
            (detected{{framework_kind::pytest, "found pytest.ini"}}));
  EXPECT_EQ(detect_frameworks({.paths = {"conftest.py"}}),
            (detected{{framework_kind::pytest, "found conftest.py"}}));
  EXPECT_EQ(detect_frameworks({.paths = {"pyproject.toml"}}),
            (detected{{framework_kind::pytest, "found pyproject.toml"}}));
}

TEST(DetectFrameworks, KnowsPytestByTestModules) {
  EXPECT_EQ(detect_frameworks({.paths = {"pyproject.toml", "tests/test_a.py"}}),
            (detected{{framework_kind::pytest, "found tests/test_a.py"}}));
  EXPECT_EQ(detect_frameworks({.paths = {"a_test.py"}}),
            (detected{{framework_kind::pytest, "found a_test.py"}}));
  EXPECT_EQ(detect_frameworks({.paths = {"tests/test_a.sh", "latest.py"}}), detected{});
}

TEST(DetectFrameworks, KnowsNextestByTheManifest) {
  EXPECT_EQ(detect_frameworks({.paths = {"Cargo.toml"}}),
            (detected{{framework_kind::nextest, "found Cargo.toml"}}));
}

TEST(DetectFrameworks, KnowsVitestByItsConfigurationOrThePackage) {
  EXPECT_EQ(detect_frameworks({.paths = {"vitest.config.ts"}}),
            (detected{{framework_kind::vitest, "found vitest.config.ts"}}));
  EXPECT_EQ(detect_frameworks({.paths = {"package.json"},
                               .package_json = R"({"devDependencies": {"vitest": "^3"}})"}),
            (detected{{framework_kind::vitest, "found vitest in package.json"}}));
  EXPECT_EQ(detect_frameworks({.paths = {"package.json"}, .package_json = "{}"}), detected{});
}

TEST(DetectFrameworks, KnowsCtestByABuildOrTheProject) {
  EXPECT_EQ(detect_frameworks({.paths = {"build/CTestTestfile.cmake"}}),
            (detected{{framework_kind::ctest, "found build/CTestTestfile.cmake"}}));
  EXPECT_EQ(detect_frameworks({.paths = {"CMakeLists.txt"}, .cmake_lists = "enable_testing()"}),
            (detected{{framework_kind::ctest, "found enable_testing in CMakeLists.txt"}}));
  EXPECT_EQ(detect_frameworks({.paths = {"CMakeLists.txt"}, .cmake_lists = "project(a)"}),
            detected{});
}

TEST(DetectFrameworks, TakesABareManifestOfPythonWhenThereIsNothingElse) {
  EXPECT_EQ(detect_frameworks({.paths = {"Cargo.toml", "pyproject.toml"}}),
            (detected{{framework_kind::nextest, "found Cargo.toml"}}));
}

TEST(DetectFrameworks, KnowsPytestByItsConfiguration) {
  EXPECT_EQ(detect_frameworks({.pyproject = "[tool.pytest.ini_options]\n"}),
            (detected{{framework_kind::pytest, "found pytest in pyproject.toml"}}));
  EXPECT_EQ(detect_frameworks({.pyproject = "dependencies = [\"pytest>=8\"]\n"}),
            (detected{{framework_kind::pytest, "found pytest in pyproject.toml"}}));
  EXPECT_EQ(detect_frameworks({.setup_cfg = "[tool:pytest]\n"}),
            (detected{{framework_kind::pytest, "found pytest in setup.cfg"}}));
  EXPECT_EQ(detect_frameworks({.tox_ini = "[pytest]\n"}),
            (detected{{framework_kind::pytest, "found pytest in tox.ini"}}));
}

TEST(DetectFrameworks, KnowsGoByItsModule) {
  auto const found = detect_frameworks({.paths = {"go.mod"}, .makefile = "test:\n"});

  EXPECT_EQ(found, (detected{{framework_kind::command, "found go.mod", command_recipe::go}}));
  EXPECT_EQ(name_of(found[0]), "go");
}

TEST(DetectFrameworks, KnowsJestAndItsReporter) {
  EXPECT_EQ(
      detect_frameworks({.package_json = R"({"devDependencies": {"jest": "^30"}})"}),
      (detected{{framework_kind::command, "found jest in package.json", command_recipe::jest}}));
  EXPECT_EQ(
      detect_frameworks({.paths = {"jest.config.js"}, .package_json = "\"jest-junit\""}),
      (detected{{framework_kind::command, "found jest.config.js", command_recipe::jest_junit}}));
}

TEST(DetectFrameworks, TakesTheProjectsOwnCommandWhenThereIsNothingElse) {
  EXPECT_EQ(detect_frameworks({.makefile = "all: x\ntest: all\n\t./check\n"}),
            (detected{{framework_kind::command, "found the target test in Makefile"}}));
  EXPECT_EQ(detect_frameworks({.makefile = "tests:\n"}), detected{});
  EXPECT_EQ(detect_frameworks({.package_json = R"({"scripts": {"test": "mocha"}})"}),
            (detected{{framework_kind::command, "found the script test in package.json"}}));
  EXPECT_EQ(detect_frameworks(
                {.package_json = R"({"scripts": {"test": "echo no test specified; exit 1"}})"}),
            detected{});
}

TEST(DetectFrameworks, FindsSeveral) {
  auto const found = detect_frameworks({.paths = {"conftest.py", "go.mod", "vitest.config.ts"}});

  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(name_of(found[0]), "pytest");
  EXPECT_EQ(name_of(found[1]), "vitest");
  EXPECT_EQ(name_of(found[2]), "go");
}

TEST(PytestCommand, PrefersTheProjectsOwnEnvironment) {
  auto const all = [](std::string_view) { return true; };

  EXPECT_EQ(pytest_command({.paths = {".venv", "uv.lock"}}, all), "uv run pytest");
  EXPECT_EQ(pytest_command({.paths = {"poetry.lock"}}, all), "poetry run pytest");
  EXPECT_EQ(pytest_command({.paths = {"pdm.lock"}}, all), "pdm run pytest");
  EXPECT_EQ(pytest_command({.paths = {".venv"}}, all), ".venv/bin/python -m pytest");
}

TEST(PytestCommand, TakesTheFirstPythonThatHasPytest) {
  auto const only3 = [](std::string_view program) { return program == "python3"; };
  auto const all = [](std::string_view) { return true; };
  auto const none = [](std::string_view) { return false; };

  EXPECT_EQ(pytest_command({}, all), "python -m pytest");
  EXPECT_EQ(pytest_command({}, only3), "python3 -m pytest");
  EXPECT_EQ(pytest_command({}, none), "python -m pytest");
}

TEST(CtestBuildDir, IsWhereTheTestsAre) {
  EXPECT_EQ(ctest_build_dir({.paths = {"out/CTestTestfile.cmake"}}), "out");
  EXPECT_EQ(ctest_build_dir({}), "build");
}

TEST(CtestBuildDir, IsThatOfThePresets) {
  std::string const presets = R"({"version": 3, "configurePresets": [
    {"name": "base", "hidden": true, "binaryDir": "${sourceDir}/out/${presetName}"},
    {"name": "quick", "inherits": ["base"]}, {"name": "slow", "binaryDir": "slow"}]})";

  EXPECT_EQ(ctest_build_dir({.cmake_presets = presets}), "out/quick");
  EXPECT_EQ(ctest_build_dir({.paths = {"b/CTestTestfile.cmake"}, .cmake_presets = presets}), "b");
}

TEST(CtestBuildDir, IsTheUsualOneWhenThePresetsDoNotSay) {
  for (std::string const presets :
       {"{", "[]", "{}", R"({"configurePresets": 7})", R"({"configurePresets": [7, {}]})",
        R"({"configurePresets": [{"name": "a", "inherits": "a"}]})",
        R"({"configurePresets": [{"name": "a", "inherits": 3}]})",
        R"({"configurePresets": [{"name": "a", "binaryDir": "$env{HOME}/b"}]})"}) {
    EXPECT_EQ(ctest_build_dir({.cmake_presets = presets}), "build") << presets;
  }
}

TEST(NodeCommand, IsThatOfTheLockFile) {
  EXPECT_EQ(node_command({.paths = {"package-lock.json"}}, "vitest"), "npx vitest");
  EXPECT_EQ(node_command({.paths = {"pnpm-lock.yaml"}}, "vitest"), "pnpm exec vitest");
  EXPECT_EQ(node_command({.paths = {"yarn.lock"}}, "jest"), "yarn jest");
  EXPECT_EQ(node_command({.paths = {"bun.lock"}}, "jest"), "bunx jest");
}

TEST(WholeTestCommand, IsTheOneOfTheProjectsLanguage) {
  EXPECT_EQ(whole_test_command({.paths = {"go.mod"}}), "go test ./...");
  EXPECT_EQ(whole_test_command({.package_json = R"({"scripts": {"test": "jest"}})"}), "npm test");
  EXPECT_EQ(whole_test_command({}), "make test");
}

/// A folder that is gone when the test is over.
class temporary_folder {
 public:
  temporary_folder() {
    std::string name = ::testing::TempDir() + "offload-detect-XXXXXX";
    path_ = ::mkdtemp(name.data());
  }
  ~temporary_folder() { std::filesystem::remove_all(path_); }
  temporary_folder(temporary_folder const&) = delete;
  temporary_folder& operator=(temporary_folder const&) = delete;

  void write(std::string const& file, std::string const& text = {}) const {
    std::filesystem::create_directories((path_ / file).parent_path());
    std::ofstream{path_ / file} << text;
  }
  [[nodiscard]] std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

TEST(FilesOfProject, AreTheFolderItsTestsAndItsBuild) {
  temporary_folder const folder;
  folder.write("package.json", "{}");
  folder.write("CMakeLists.txt", "project(a)");
  folder.write("tests/test_a.py");
  folder.write("out/CTestTestfile.cmake");
  folder.write("build/quick/CTestTestfile.cmake");
  folder.write("src/deep.py");

  auto const files = files_of_project(folder.path());

  EXPECT_EQ(files.paths,
            (std::vector<std::string>{"CMakeLists.txt", "build", "out", "package.json", "src",
                                      "tests", "build/quick/CTestTestfile.cmake",
                                      "out/CTestTestfile.cmake", "tests/test_a.py"}));
  EXPECT_EQ(files.package_json, "{}");
  EXPECT_EQ(files.cmake_lists, "project(a)");
}

TEST(FilesOfProject, AreNoneWhereThereIsNoFolder) {
  EXPECT_TRUE(files_of_project("/nonexistent").paths.empty());
}

}  // namespace
}  // namespace offload
