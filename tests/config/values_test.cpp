// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "parsed.hpp"

#include <gtest/gtest.h>

namespace offload {
namespace {

using testing::parsed;
using testing::refused;
using testing::sections;
using strings = std::vector<std::string>;

pytest_config pytest_of(std::string const& keys) {
  return std::get<pytest_config>(
      parsed({.framework = "[framework]\ntype = \"pytest\"\n" + keys + "\n"}).framework);
}

modal_provider_config modal_of(std::string const& keys) {
  return std::get<modal_provider_config>(
      parsed({.provider = "[provider]\ntype = \"modal\"\n" + keys + "\n"}).provider);
}

run_config run_of(std::string const& keys) {
  return parsed({.offload = "[offload]\nsandbox_repo_root = \".\"\n" + keys + "\n"}).run;
}

TEST(Values, ANumberMayBeWhole) { EXPECT_EQ(modal_of("memory_gb = 8").memory_gb, 8.0); }

TEST(Values, ADurationMayHaveFractions) {
  EXPECT_EQ(run_of("test_timeout_secs = 0.5").test_timeout, seconds{0.5});
}

TEST(Values, ADurationThatNoClockHoldsIsCutToDecades) {
  EXPECT_EQ(run_of("test_timeout_secs = 9223372036854775807").test_timeout, seconds{1e9});
}

TEST(Values, ACommandLineIsSplitLikeAShellWould) {
  auto const pytest = pytest_of(R"(command = "uv run pytest"
run_args = "-k 'a b' -o addopts="
discovery_args = "-p no:cov")");

  EXPECT_EQ(pytest.command, (strings{"uv", "run", "pytest"}));
  EXPECT_EQ(pytest.run_args, (strings{"-k", "a b", "-o", "addopts="}));
  EXPECT_EQ(pytest.discovery_args, (strings{"-p", "no:cov"}));
}

TEST(Values, WorkersLiveForARunABatchOrATest) {
  EXPECT_EQ(pytest_of("worker_lifetime = \"run\"").workers, worker_lifetime::run);
  EXPECT_EQ(pytest_of("worker_lifetime = \"batch\"").workers, worker_lifetime::batch);
  EXPECT_EQ(pytest_of("worker_lifetime = \"test\"").workers, worker_lifetime::test);
}

TEST(Values, HistoryIsRecordedAlwaysOrByFlag) {
  auto const c = parsed({.rest = "[history]\nrecord_history = \"always\"\n"});

  EXPECT_EQ(c.history.value().record_history, history_recording::always);
}

TEST(Values, ExperimentalOptionsBecomeJson) {
  auto const modal = modal_of(R"(
[provider.experimental_options]
enable_docker = true
names = ["a", "b\"c"]
weight = 0.5
count = 3
since = 2024-01-02
nested = { variable = "${SET}" })");

  EXPECT_EQ(modal.experimental_options,
            R"({"count":3,"enable_docker":true,"names":["a","b\"c"],)"
            R"("nested":{"variable":"value"},"since":"2024-01-02","weight":0.5})");
}

TEST(Values, EmptyExperimentalOptionsAreNone) {
  EXPECT_EQ(modal_of("experimental_options = {}").experimental_options, "");
}

TEST(Values, GroupsKeepTheOrderOfTheFile) {
  auto const c = parsed({.groups = "[groups.z]\n[groups.a]\n[groups.\"m.n\"]\n"});

  EXPECT_EQ(c.groups, (std::vector<group>{{"z"}, {"a"}, {"m.n"}}));
}

TEST(Values, AGroupMayBeScheduledTestByTest) {
  auto const c = parsed({.groups = "[groups.all]\nschedule_individual = true\n"});

  EXPECT_EQ(c.groups.front().together, batching::alone);
}

TEST(Values, StringsAreExpandedInEverySection) {
  auto const c = parsed({.offload = "[offload]\nsandbox_repo_root = \"/${SET}\"\n",
                         .provider = "[provider]\ntype = \"modal\"\ndockerfile = \"${SET}\"\n"
                                     "copy_dirs = [\"./${SET}:/x\"]\n"
                                     "env = {A = \"${SET}\", B = \"${UNSET:-b}\", C = \"$$5\"}\n",
                         .framework = "[framework]\ntype = \"pytest\"\npaths = [\"${SET}\"]\n"
                                      "command = \"${SET} -m pytest\"\nrun_args = \"-m ${SET}\"\n",
                         .groups = "[groups.all]\nfilters = \"-m '${SET}'\"\n",
                         .rest = "[report]\noutput_dir = \"out-${SET}\"\n"
                                 "[history]\npath = \"${SET}.jsonl\"\n"});

  EXPECT_EQ(c.run.sandbox_repo_root, "/value");
  auto const& modal = std::get<modal_provider_config>(c.provider);
  EXPECT_EQ(modal.dockerfile, "value");
  EXPECT_EQ(modal.copy_dirs, (std::vector<copy_dir>{{"./value", "/x"}}));
  EXPECT_EQ(modal.env, (std::vector<env_var>{{"A", "value"}, {"B", "b"}, {"C", "$5"}}));
  auto const& pytest = std::get<pytest_config>(c.framework);
  EXPECT_EQ(pytest.paths, (strings{"value"}));
  EXPECT_EQ(pytest.command, (strings{"value", "-m", "pytest"}));
  EXPECT_EQ(pytest.run_args, (strings{"-m", "value"}));
  EXPECT_EQ(c.groups.front().filters, "-m 'value'");
  EXPECT_EQ(c.report.output_dir, "out-value");
  EXPECT_EQ(c.history.value().path, "value.jsonl");
}

TEST(Values, WhatAShellWillReadIsNotExpanded) {
  auto const c = parsed(
      {.offload = "[offload]\nsandbox_repo_root = \".\"\nsandbox_init_cmd = \"${A}\"\n"
                  "post_patch_cmd = \"${B}\"\n",
       .provider = "[provider]\ntype = \"default\"\nprepare_command = \"${C}\"\n"
                   "create_command = \"${D}\"\nexec_command = \"${E}\"\n"
                   "destroy_command = \"${F}\"\ndownload_command = \"$$\"\n",
       .framework = "[framework]\ntype = \"default\"\ndiscover_command = \"${H} {filters}\"\n"
                    "run_command = \"${I}\"\ntest_id_format = \"{name}\"\n"});

  EXPECT_EQ(c.run.sandbox_init_cmd, "${A}");
  EXPECT_EQ(c.run.post_patch_cmd, "${B}");
  auto const& provider = std::get<shell_provider_config>(c.provider);
  EXPECT_EQ(provider.prepare_command, "${C}");
  EXPECT_EQ(provider.create_command, "${D}");
  EXPECT_EQ(provider.exec_command, "${E}");
  EXPECT_EQ(provider.destroy_command, "${F}");
  EXPECT_EQ(provider.download_command, "$$");
  auto const& framework = std::get<command_framework_config>(c.framework);
  EXPECT_EQ(framework.discover_command, "${H} {filters}");
  EXPECT_EQ(framework.run_command, "${I}");
}

TEST(Values, ACommandMayHoldAScriptForAnotherShell) {
  auto const pytest = pytest_of(R"(command = """bash -c 'cd ${DIR} && exec pytest "$@"' --""")"
                                "\n");

  EXPECT_EQ(pytest.command, (strings{"bash", "-c", R"(cd ${DIR} && exec pytest "$@")", "--"}));
}

TEST(Values, FiltersOfTheDefaultFrameworkMayHoldAnyQuote) {
  auto const c = parsed({.framework = "[framework]\ntype = \"default\"\n"
                                      "discover_command = 'list \"{filters}\"'\n"
                                      "run_command = \"r\"\ntest_id_format = \"{name}\"\n",
                         .groups = "[groups.all]\nfilters = \"it's\"\n"});

  EXPECT_EQ(c.groups.front().filters, "it's");
}

TEST(CopyDir, IsPartedAtTheFirstColon) {
  EXPECT_EQ(parse_copy_dir("./a:/b:c"), (copy_dir{"./a", "/b:c"}));
  EXPECT_EQ(to_string(copy_dir{"./a", "/b"}), "./a:/b");
}

TEST(CopyDir, NeedsBothSides) {
  for (auto const* const text : {"", "a", ":", "a:", ":b"}) {
    EXPECT_FALSE(parse_copy_dir(text)) << text;
  }
}

}  // namespace
}  // namespace offload
