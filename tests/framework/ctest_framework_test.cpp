// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/framework/ctest.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "framework/heard.hpp"

namespace offload {
namespace {

using testing::batch_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::hear;
using testing::here;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<std::string> listing_argv(ctest_config config, std::string filters) {
  auto const jobs = ctest_framework{std::move(config)}.discovery(
      std::vector<group>{{.name = "g", .filters = std::move(filters)}}, here);
  return jobs ? jobs->at(0).run.argv : std::vector<std::string>{to_string(jobs.error())};
}

std::vector<std::string> run_argv(ctest_config config, std::vector<std::string> const& ids) {
  auto const c = ctest_framework{std::move(config)}.run(batch_of(ids), here);
  return c ? c->argv : std::vector<std::string>{};
}

std::string patterns_of(std::vector<std::string> const& ids) { return run_argv({}, ids).at(3); }

TEST(CtestFramework, ListsEachGroupByACommandOfItsOwn) {
  auto const jobs = ctest_framework{{}}.discovery(
      std::vector<group>{{.name = "fast", .filters = "-L fast -LE 'very slow'"}, {.name = "all"}},
      here);

  ASSERT_TRUE(jobs);
  ASSERT_THAT(*jobs, SizeIs(2));
  EXPECT_THAT(jobs->at(0).run.argv,
              ElementsAre("/bin/sh", "/support/offload_ctest.sh", "list", "build", "ctest",
                          "--show-only=json-v1", "-L", "fast", "-LE", "very slow"));
  EXPECT_THAT(jobs->at(1).groups, ElementsAre(1));
}

TEST(CtestFramework, AddsWhatTheConfigurationSaysToListings) {
  EXPECT_THAT(listing_argv({.command = {"nice", "ctest"},
                            .build_dir = "out",
                            .configuration = "Release",
                            .run_args = {"--timeout", "5"},
                            .discovery_args = {"-E", "x"}},
                           "-R y"),
              ElementsAre("/bin/sh", "/support/offload_ctest.sh", "list", "out", "nice", "ctest",
                          "--show-only=json-v1", "-C", "Release", "-E", "x", "-R", "y"));
}

TEST(CtestFramework, SaysWhichFiltersAreBadlyQuoted) {
  EXPECT_THAT(listing_argv({}, "-R 'a"), ElementsAre(HasSubstr("filters of group `g`")));
}

TEST(CtestFramework, RunsABatchOneByOneAndWithoutFixturesOfCtestsOwn) {
  EXPECT_THAT(run_argv({.build_dir = "out", .configuration = "Debug", .run_args = {"-T", "test"}},
                       {"a", "b"}),
              ElementsAre("/bin/sh", "/support/offload_ctest.sh", "run", "^(a|b)$", "out", "ctest",
                          "-C", "Debug", "-T", "test", "-V", "-j", "1", "-FA", ".*"));
}

TEST(CtestFramework, EscapesWhatCmakesExpressionsGiveAMeaning) {
  EXPECT_EQ(patterns_of({R"(a.b[c](d)*e+f?g^h$i|j\k l{2}])"}),
            R"(^(a\.b\[c]\(d\)\*e\+f\?g\^h\$i\|j\\k l{2}])$)");
}

TEST(CtestFramework, PartsNamesThatTogetherAreTooMuchForOneExpression) {
  std::vector<std::string> ids;
  for (int i = 0; i < 3000; ++i) { ids.push_back(fmt::format("some_name.number({})", i)); }

  auto const patterns = patterns_of(ids);

  EXPECT_GT(std::ranges::count(patterns, '\n'), 0);
  std::size_t start = 0;
  for (std::size_t end = 0; end != patterns.npos; start = end + 1) {
    end = patterns.find('\n', start);
    auto const one = patterns.substr(start, end == patterns.npos ? end : end - start);
    EXPECT_TRUE(one.starts_with("^(some_name")) << one.substr(0, 20);
    EXPECT_TRUE(one.ends_with("\\))$"));
    EXPECT_LT(one.size(), 60'000u);
  }
}

TEST(CtestFramework, TakesOverWhatConcernsTheWholeRun) {
  ctest_config const config{
      .run_args = {"--stop-on-failure", "--repeat", "until-pass:3", "-Q", "--timeout", "9"}};
  EXPECT_THAT(run_argv(config, {"a"}),
              ElementsAre("/bin/sh", "/support/offload_ctest.sh", "run", "^(a)$", "build", "ctest",
                          "--timeout", "9", "-V", "-j", "1", "-FA", ".*"));

  ctest_framework const framework{config};
  auto const jobs = framework.discovery(std::vector<group>{{.name = "all"}}, here);
  auto const said = hear(framework.discovery_reader(jobs->at(0)), "/project\n{\"tests\": []}");

  ASSERT_THAT(said.all<failure_limit>(), SizeIs(1));
  EXPECT_EQ(said.all<failure_limit>()[0].failed_tests, 1u);
  EXPECT_THAT(said.warnings(), ElementsAre(HasSubstr("use retry_count"),
                                           HasSubstr("`-Q` in run_args has no effect")));
}

TEST(CtestFramework, SaysThatItsCommandsTakeAWhileToStart) {
  EXPECT_GT(ctest_framework{{}}.properties().start_up, seconds{0});
}

TEST(CtestFramework, BringsItsScript) {
  auto const files = ctest_framework{{}}.properties().support_files;

  ASSERT_THAT(files, SizeIs(1));
  EXPECT_EQ(files[0].name, "offload_ctest.sh");
  EXPECT_THAT(std::string{files[0].contents}, HasSubstr("--test-dir"));
}

}  // namespace
}  // namespace offload
