// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "parsed.hpp"

#include <gtest/gtest.h>

namespace offload {
namespace {

using testing::parsed;
using testing::sections;

TEST(RunConfig, HasItsDefaults) {
  auto const run = parsed({}).run;

  EXPECT_EQ(run.max_parallel, 10u);
  EXPECT_EQ(run.test_timeout, seconds{900});
  EXPECT_EQ(run.working_dir, std::nullopt);
  EXPECT_EQ(run.sandbox_init_cmd, std::nullopt);
  EXPECT_EQ(run.post_patch_cmd, std::nullopt);
  EXPECT_TRUE(run.impatiently_requeue_batches);
  EXPECT_EQ(run.max_parallel_collection, 0u);
}

TEST(RunConfig, CopiesTheRootThatIsLeftOut) {
  auto const from_repo = parsed({.offload = "[offload]\nsandbox_repo_root = \"/a\"\n"}).run;
  auto const from_project = parsed({.offload = "[offload]\nsandbox_project_root = \"/b\"\n"}).run;

  EXPECT_EQ(from_repo.sandbox_project_root, "/a");
  EXPECT_EQ(from_project.sandbox_repo_root, "/b");
}

TEST(RunConfig, KeepsBothRoots) {
  auto const run = parsed({.offload = "[offload]\nsandbox_repo_root = \"/a\"\n"
                                      "sandbox_project_root = \"/a/b\"\n"})
                       .run;

  EXPECT_EQ(run.sandbox_repo_root, "/a");
  EXPECT_EQ(run.sandbox_project_root, "/a/b");
}

TEST(LocalProvider, HasItsDefaults) {
  auto const local = std::get<local_provider_config>(parsed({}).provider);

  EXPECT_EQ(local.working_dir, std::nullopt);
  EXPECT_TRUE(local.env.empty());
  EXPECT_EQ(local.shell, "/bin/sh");
}

TEST(DefaultProvider, HasItsDefaults) {
  auto const c = parsed({.provider = "[provider]\ntype = \"default\"\ncreate_command = \"c\"\n"
                                     "exec_command = \"e\"\ndestroy_command = \"d\"\n"});

  auto const& custom = std::get<shell_provider_config>(c.provider);
  EXPECT_EQ(custom.prepare_command, std::nullopt);
  EXPECT_EQ(custom.download_command, std::nullopt);
  EXPECT_EQ(custom.working_dir, std::nullopt);
  EXPECT_EQ(custom.timeout, seconds{3600});
  EXPECT_TRUE(custom.copy_dirs.empty());
  EXPECT_TRUE(custom.env.empty());
  EXPECT_EQ(custom.cpu_cores, 1.0);
}

TEST(ModalProvider, HasItsDefaults) {
  auto const c = parsed({.provider = "[provider]\ntype = \"modal\"\n"});

  auto const& modal = std::get<modal_provider_config>(c.provider);
  EXPECT_EQ(modal.dockerfile, std::nullopt);
  EXPECT_FALSE(modal.include_cwd);
  EXPECT_TRUE(modal.env.empty());
  EXPECT_TRUE(modal.copy_dirs.empty());
  EXPECT_EQ(modal.cpu_cores, 0.125);
  EXPECT_EQ(modal.memory_gb, std::nullopt);
  EXPECT_EQ(modal.experimental_options, "");
}

TEST(Pytest, HasItsDefaults) {
  auto const pytest = std::get<pytest_config>(parsed({}).framework);

  EXPECT_TRUE(pytest.paths.empty());
  EXPECT_EQ(pytest.command, (std::vector<std::string>{"python", "-m", "pytest"}));
  EXPECT_TRUE(pytest.run_args.empty());
  EXPECT_TRUE(pytest.discovery_args.empty());
  EXPECT_EQ(pytest.test_id_format, "{name}");
  EXPECT_EQ(pytest.workers, worker_lifetime::run);
}

TEST(Nextest, HasItsDefaults) {
  auto const c = parsed({.framework = "[framework]\ntype = \"nextest\"\n"});

  auto const& nextest = std::get<nextest_config>(c.framework);
  EXPECT_EQ(nextest.command, (std::vector<std::string>{"cargo", "nextest"}));
  EXPECT_EQ(nextest.package, std::nullopt);
  EXPECT_TRUE(nextest.features.empty());
  EXPECT_EQ(nextest.bin, std::nullopt);
  EXPECT_FALSE(nextest.include_ignored);
  EXPECT_EQ(nextest.profile, std::nullopt);
  EXPECT_EQ(nextest.cargo_profile, std::nullopt);
  EXPECT_TRUE(nextest.run_args.empty());
  EXPECT_TRUE(nextest.discovery_args.empty());
  EXPECT_EQ(nextest.test_id_format, "{classname} {name}");
}

TEST(Vitest, HasItsDefaults) {
  auto const c = parsed({.framework = "[framework]\ntype = \"vitest\"\n"});

  auto const& vitest = std::get<vitest_config>(c.framework);
  EXPECT_EQ(vitest.command, (std::vector<std::string>{"npx", "vitest"}));
  EXPECT_TRUE(vitest.run_args.empty());
  EXPECT_TRUE(vitest.discovery_args.empty());
  EXPECT_EQ(vitest.workers, worker_lifetime::run);
  EXPECT_EQ(vitest.test_id_format, "{classname} > {name}");
}

TEST(Ctest, HasItsDefaults) {
  auto const c = parsed({.framework = "[framework]\ntype = \"ctest\"\n"});

  auto const& ctest = std::get<ctest_config>(c.framework);
  EXPECT_EQ(ctest.command, (std::vector<std::string>{"ctest"}));
  EXPECT_EQ(ctest.build_dir, "build");
  EXPECT_EQ(ctest.configuration, std::nullopt);
  EXPECT_TRUE(ctest.run_args.empty());
  EXPECT_TRUE(ctest.discovery_args.empty());
}

TEST(DefaultFramework, HasItsDefaults) {
  auto const c = parsed({.framework = "[framework]\ntype = \"default\"\n"
                                      "discover_command = \"l {filters}\"\n"
                                      "run_command = \"r\"\ntest_id_format = \"{name}\"\n"});

  auto const& custom = std::get<command_framework_config>(c.framework);
  EXPECT_EQ(custom.result_file, std::nullopt);
  EXPECT_EQ(custom.working_dir, std::nullopt);
}

TEST(Group, HasItsDefaults) {
  auto const groups = parsed({.groups = "[groups.all]\n"}).groups;

  EXPECT_EQ(groups, (std::vector<group>{{"all", 0, "", batching::shared}}));
}

TEST(Report, HasItsDefaultsWithAndWithoutATable) {
  report_config const documented{"test-results", true, "junit.xml", {}, false};

  EXPECT_EQ(parsed({}).report, documented);
  EXPECT_EQ(parsed({.rest = "[report]\n"}).report, documented);
}

TEST(Checkpoint, IsAbsentByDefault) { EXPECT_EQ(parsed({}).checkpoint, std::nullopt); }

TEST(History, IsAbsentByDefault) { EXPECT_EQ(parsed({}).history, std::nullopt); }

TEST(History, HasItsDefaultsWhenPresent) {
  auto const history = parsed({.rest = "[history]\n"}).history;

  EXPECT_EQ(history,
            (history_config{history_recording::flag, "offload-history.jsonl", 20, seconds{1}}));
}

}  // namespace
}  // namespace offload
