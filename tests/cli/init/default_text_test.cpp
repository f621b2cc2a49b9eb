// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "init/default_text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <tuple>

#include "config/parsed.hpp"

namespace offload {
namespace {

config loaded(init_choices const& choices) {
  auto const text = default_config_text(choices);
  auto const bare = surroundings{[](std::string_view) { return std::nullopt; }, "/work"};
  auto parsed = parse_config(text, "offload.toml", bare);
  if (!parsed) {
    ADD_FAILURE() << to_string(parsed.error()) << '\n' << text;
    return {};
  }
  for (auto const& warning : parsed->warnings) { ADD_FAILURE() << to_string(warning); }
  return std::move(parsed->value);
}

class DefaultConfigText
    : public ::testing::TestWithParam<std::tuple<provider_kind, framework_kind>> {
 protected:
  init_choices const choices{.provider = std::get<0>(GetParam()),
                             .framework = std::get<1>(GetParam())};
};

TEST_P(DefaultConfigText, LoadsAsWhatWasChosen) {
  auto const c = loaded(choices);

  EXPECT_EQ(kind_of(c.provider), choices.provider);
  EXPECT_EQ(kind_of(c.framework), choices.framework);
}

TEST_P(DefaultConfigText, HasOneGroupOfAllTests) {
  EXPECT_EQ(loaded(choices).groups, (std::vector<group>{{"all", 1}}));
}

TEST_P(DefaultConfigText, ReportsAsDocumented) {
  EXPECT_EQ(loaded(choices).report, report_config{});
}

TEST_P(DefaultConfigText, FitsOnAScreen) {
  auto const text = default_config_text(choices);

  EXPECT_LE(std::count(text.begin(), text.end(), '\n'), 45) << text;
}

INSTANTIATE_TEST_SUITE_P(EveryChoice, DefaultConfigText,
                         ::testing::Combine(::testing::ValuesIn(all_provider_kinds),
                                            ::testing::ValuesIn(all_framework_kinds)),
                         [](auto const& choices) {
                           return std::string{to_string(std::get<0>(choices.param))} + "_" +
                                  std::string{to_string(std::get<1>(choices.param))};
                         });

TEST(DefaultConfig, PutsTheProjectWhereTheProviderHasIt) {
  EXPECT_EQ(loaded({.provider = provider_kind::local}).run.sandbox_repo_root, ".");
  EXPECT_EQ(loaded({.provider = provider_kind::shell}).run.sandbox_repo_root, ".");
  EXPECT_EQ(loaded({.provider = provider_kind::modal}).run.sandbox_repo_root, "/app");
}

TEST(DefaultConfig, HoldsThePytestCommand) {
  auto const c = loaded({.pytest_command = "uv run pytest"});

  EXPECT_EQ(std::get<pytest_config>(c.framework).command,
            (std::vector<std::string>{"uv", "run", "pytest"}));
}

TEST(DefaultConfig, HoldsTheBuildFolder) {
  auto const c = loaded({.framework = framework_kind::ctest, .ctest_build_dir = "out \"x\" \\y"});

  EXPECT_EQ(std::get<ctest_config>(c.framework).build_dir, "out \"x\" \\y");
}

TEST(DefaultConfig, HoldsTheProjectsOwnTestCommand) {
  auto const c = loaded({.framework = framework_kind::command, .whole_test_command = "npm test"});

  auto const& custom = std::get<command_framework_config>(c.framework);
  EXPECT_EQ(custom.run_command, "npm test");
  EXPECT_EQ(custom.discover_command, "echo all_tests # {filters}");
}

TEST(DefaultConfig, HoldsARecipe) {
  auto const custom = [](init_choices choices) {
    choices.framework = framework_kind::command;
    return std::get<command_framework_config>(loaded(choices).framework);
  };
  auto const go = custom({.recipe = command_recipe::go});
  auto const jest = custom({.jest_command = "yarn jest", .recipe = command_recipe::jest});
  auto const junit = custom({.jest_command = "yarn jest", .recipe = command_recipe::jest_junit});

  EXPECT_EQ(go.results, result_format::go_json);
  EXPECT_EQ(jest.run_command, "yarn jest --ci --runTestsByPath {tests}");
  EXPECT_NE(jest.discover_command.find("$(yarn jest --listTests {filters})"), std::string::npos);
  EXPECT_NE(junit.run_command.find("{result_file} yarn jest --ci"), std::string::npos);
  EXPECT_EQ(junit.test_id_format, "{classname}");
}

TEST(DefaultConfig, GivesEachFileResultsOfItsOwn) {
  EXPECT_EQ(loaded({.output_dir = "test-results-go"}).report.output_dir, "test-results-go");
}

TEST(DefaultConfig, HoldsTheVitestCommand) {
  auto const c =
      loaded({.framework = framework_kind::vitest, .vitest_command = "pnpm exec vitest"});

  EXPECT_EQ(std::get<vitest_config>(c.framework).command,
            (std::vector<std::string>{"pnpm", "exec", "vitest"}));
}

TEST(DefaultConfig, BuildsFromADockerfileOrCopiesTheFolder) {
  auto const with = loaded({.provider = provider_kind::modal, .dockerfile = "ci/Dockerfile"});
  auto const without = loaded({.provider = provider_kind::modal});

  EXPECT_EQ(std::get<modal_provider_config>(with.provider).dockerfile, "ci/Dockerfile");
  EXPECT_FALSE(std::get<modal_provider_config>(with.provider).include_cwd);
  EXPECT_TRUE(std::get<modal_provider_config>(without.provider).include_cwd);
}

}  // namespace
}  // namespace offload
