// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/config/load.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace offload {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

loaded_config load(std::string const& name) {
  surroundings const bare{[](std::string_view) { return std::nullopt; }, "/work"};
  auto loaded =
      load_config(std::string{OFFLOAD_SOURCE_DIR} + "/tests/projects/users_files/" + name, bare);
  if (!loaded) {
    ADD_FAILURE() << to_string(loaded.error());
    return {};
  }
  return std::move(*loaded);
}

std::vector<std::string> warned_keys(loaded_config const& loaded) {
  std::vector<std::string> keys;
  for (auto const& warning : loaded.warnings) { keys.push_back(warning.key); }
  return keys;
}

TEST(UsersFiles, ShellCommandsOfACustomFrameworkAreKeptVerbatim) {
  auto const loaded = load("custom.toml");

  auto const& custom = std::get<command_framework_config>(loaded.value.framework);
  EXPECT_EQ(custom.discover_command, "./scripts/list_tests.sh {filters}");
  EXPECT_EQ(custom.run_command, "./scripts/run_tests.sh {result_file} {tests}");
  EXPECT_EQ(custom.result_file, "/tmp/results.xml");
  EXPECT_EQ(custom.test_id_format, "{classname}::{name}");
  EXPECT_EQ(loaded.value.groups, (std::vector<group>{{"all", 1, "--area billing"}}));
  EXPECT_THAT(warned_keys(loaded), IsEmpty());
}

TEST(UsersFiles, GroupsOfTheShellDefinedProviderStayInOrder) {
  auto const loaded = load("default-modal-pytest.toml");

  EXPECT_EQ(loaded.value.groups, (std::vector<group>{{"fast", 2, "-m 'not slow' -k 'not flaky'"},
                                                     {"heavy", 3, "-m slow", batching::alone},
                                                     {"flaky", 5, "-k flaky"}}));
  EXPECT_THAT(warned_keys(loaded), IsEmpty());
}

TEST(UsersFiles, TheShellDefinedProviderIsReadInFull) {
  auto const loaded = load("default-modal-pytest.toml");

  auto const& provider = std::get<shell_provider_config>(loaded.value.provider);
  EXPECT_EQ(provider.prepare_command,
            "uv run @modal_sandbox.py prepare --include-cwd ci/Dockerfile");
  EXPECT_EQ(provider.create_command, "uv run @modal_sandbox.py create {image_id}");
  EXPECT_EQ(provider.exec_command, "uv run @modal_sandbox.py exec {sandbox_id} {command}");
  EXPECT_EQ(provider.destroy_command, "uv run @modal_sandbox.py destroy {sandbox_id}");
  EXPECT_EQ(provider.download_command, "uv run @modal_sandbox.py download {sandbox_id} {paths}");
  EXPECT_EQ(provider.timeout, seconds{600});
  EXPECT_EQ(provider.copy_dirs, (std::vector<copy_dir>{{"./fixtures", "/fixtures"}}));
  EXPECT_EQ(provider.cpu_cores, 0.5);
}

TEST(UsersFiles, TheSmallestOneHasTheDefaults) {
  auto const loaded = load("local-nextest.toml");

  EXPECT_EQ(loaded.value.framework, framework_config{nextest_config{}});
  EXPECT_EQ(loaded.value.provider, provider_config{local_provider_config{.working_dir = "."}});
  EXPECT_EQ(loaded.value.report, report_config{});
  EXPECT_THAT(warned_keys(loaded), IsEmpty());
}

TEST(UsersFiles, CargoIsAnotherNameOfNextest) {
  auto const loaded = load("modal-nextest.toml");

  EXPECT_EQ(loaded.value.framework, framework_config{nextest_config{}});
  EXPECT_EQ(std::get<modal_provider_config>(loaded.value.provider).memory_gb, 8.0);
  EXPECT_THAT(warned_keys(loaded), IsEmpty());
}

TEST(UsersFiles, LeftoversOfOlderVersionsWarn) {
  auto const loaded = load("monorepo.toml");

  EXPECT_THAT(warned_keys(loaded), ElementsAre("offload.stream_output", "offload.retry_count"));
}

TEST(UsersFiles, TheMonorepoIsReadInFull) {
  auto const c = load("monorepo.toml").value;

  EXPECT_EQ(c.run, (run_config{.max_parallel = 50,
                               .test_timeout = seconds{300},
                               .sandbox_repo_root = "/code/mono",
                               .sandbox_project_root = "/code/mono/services/api",
                               .sandbox_init_cmd = "uv sync --all-packages",
                               .post_patch_cmd = "bash scripts/regenerate.sh",
                               .impatiently_requeue_batches = false}));
  EXPECT_EQ(c.provider, provider_config{(modal_provider_config{
                            .dockerfile = "docker/Dockerfile.test",
                            .env = {{"PRICE", "$5"}, {"TOKEN", "none"}},
                            .copy_dirs = {{"./testdata", "/testdata"}},
                            .cpu_cores = 2.0,
                            .memory_gb = 8.0,
                            .experimental_options = R"({"enable_docker":true})"})});
  EXPECT_EQ(c.framework, framework_config{(pytest_config{
                             .command = {"uv", "run", "--project", "services/api", "pytest"},
                             .run_args = {"--no-cov", "-p", "no:xdist", "-o", "addopts="},
                             .discovery_args = {"-p", "no:cacheprovider"}})});
  EXPECT_EQ(c.groups, (std::vector<group>{{"stable", 0, "-m 'not flaky and not release'"},
                                          {"flaky", 4, "-m flaky"}}));
  EXPECT_EQ(c.report, (report_config{.junit_file = "junit-api.xml",
                                     .download_globs = {".test_output/**", ".coverage*"},
                                     .download_globs_failure_only = true}));
  EXPECT_EQ(
      c.checkpoint,
      (checkpoint_config{{"docker/Dockerfile.test", "services/*/pyproject.toml", "uv.lock"}}));
  EXPECT_EQ(c.history, (history_config{.path = "offload-history-api.jsonl"}));
}

TEST(UsersFiles, VitestIsReadInFull) {
  auto const loaded = load("vitest-modal.toml");

  EXPECT_EQ(loaded.value.framework,
            framework_config{(vitest_config{.command = {"pnpm", "exec", "vitest"},
                                            .run_args = {"--project", "unit"}})});
  EXPECT_THAT(warned_keys(loaded), IsEmpty());
}

}  // namespace
}  // namespace offload
