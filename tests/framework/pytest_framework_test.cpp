// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/framework/pytest.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>

#include "framework/heard.hpp"
#include "framework/support_files.hpp"

namespace offload {
namespace {

using nlohmann::json;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::here;
using ::testing::IsEmpty;
using ::testing::Not;

env_var const coverage_off{"OFFLOAD_COVERAGE", "off"};

std::vector<discovery_job> pytest_jobs(pytest_config config, std::vector<group> const& groups) {
  auto jobs = pytest_framework{std::move(config)}.discovery(groups, here);
  return jobs ? *jobs : std::vector<discovery_job>{};
}

std::string request_of(command const& c) {
  auto const found = std::ranges::find(c.env, "OFFLOAD_REQUEST", &env_var::name);
  return found == c.env.end() ? "" : found->value;
}

TEST(PytestFramework, ListsGroupsOfExpressionsByOneCommand) {
  auto const jobs = pytest_jobs({}, {{.name = "fast", .filters = "-m 'not slow'"},
                                     {.name = "all", .filters = ""},
                                     {.name = "both", .filters = "-k 'a or b' -m slow"}});

  ASSERT_EQ(jobs.size(), 1u);
  EXPECT_THAT(jobs[0].run.argv, ElementsAre("python", "-m", "pytest", "-p", "offload_pytest"));
  EXPECT_THAT(jobs[0].groups, ElementsAre(0, 1, 2));
  EXPECT_EQ(json::parse(jobs[0].input),
            json::parse(R"({"do": "discover", "groups": [{"name": "fast", "mark": "not slow"},
                            {"name": "all"}, {"name": "both", "keyword": "a or b",
                            "mark": "slow"}]})"));
  EXPECT_TRUE(jobs[0].input.ends_with("\n"));
}

TEST(PytestFramework, TellsHowToListTheGroupsApartInstead) {
  auto const jobs = pytest_jobs({.paths = {"tests"}}, {{.name = "fast", .filters = "-m 'not slow'"},
                                                       {.name = "all", .filters = ""}});

  ASSERT_EQ(jobs.at(0).apart.size(), 2u);
  auto const& fast = jobs[0].apart[0];
  EXPECT_THAT(fast.run.argv, ElementsAre("python", "-m", "pytest", "-p", "offload_pytest", "-m",
                                         "not slow", "tests"));
  EXPECT_THAT(fast.groups, ElementsAre(0));
  EXPECT_EQ(json::parse(fast.input),
            json::parse(R"({"do": "discover", "groups": [{"name": "fast"}]})"));
  EXPECT_FALSE(fast.may_serve);
  EXPECT_THAT(jobs[0].apart[1].groups, ElementsAre(1));
}

TEST(PytestFramework, ListsGroupsWithOtherFiltersByCommandsOfTheirOwn) {
  for (std::string const own : {"tests/unit", "--lf", "-m slow tests", "-m", "-m=slow"}) {
    auto const jobs =
        pytest_jobs({}, {{.name = "a", .filters = "-m x"}, {.name = "b", .filters = own}});

    ASSERT_EQ(jobs.size(), 2u) << own;
    EXPECT_THAT(jobs[0].groups, ElementsAre(0)) << own;
    EXPECT_THAT(jobs[1].groups, ElementsAre(1)) << own;
    EXPECT_FALSE(jobs[1].may_serve) << own;
  }
}

TEST(PytestFramework, HandsOtherFiltersToPytest) {
  auto const jobs = pytest_jobs({}, {{.name = "b", .filters = "-m slow 'my tests/unit'"}});

  EXPECT_THAT(jobs.at(0).run.argv, ElementsAre("python", "-m", "pytest", "-p", "offload_pytest",
                                               "-m", "slow", "my tests/unit"));
}

TEST(PytestFramework, TurnsCoverageOffWhileListingOnly) {
  auto const jobs = pytest_jobs({}, {{.name = "a"}, {.name = "b", .filters = "tests"}});

  ASSERT_EQ(jobs.size(), 2u);
  EXPECT_THAT(jobs[0].run.env, Contains(coverage_off));
  EXPECT_THAT(jobs[0].apart.at(0).run.env, Contains(coverage_off));
  EXPECT_THAT(jobs[1].run.env, Contains(coverage_off));
  EXPECT_THAT(pytest_framework{{}}.worker(here)->env, Not(Contains(coverage_off)));
}

TEST(PytestFramework, NamesTheGroupWhoseFiltersCannotBeRead) {
  std::vector<group> const groups{{.name = "fine"}, {.name = "broken", .filters = "-m 'not"}};

  auto const jobs = pytest_framework{{}}.discovery(groups, here);

  ASSERT_FALSE(jobs);
  EXPECT_THAT(to_string(jobs.error()), HasSubstr("reading the filters of group `broken`"));
}

TEST(PytestFramework, HasNothingToListWithoutGroups) {
  EXPECT_THAT(pytest_jobs({}, {}), IsEmpty());
}

TEST(PytestFramework, KeepsArgumentsOfRunningAndListingApart) {
  pytest_config const config{.paths = {"tests", "more"},
                             .command = {"uv", "run", "pytest"},
                             .run_args = {"--tb=long"},
                             .discovery_args = {"--no-header"}};
  std::vector<std::string> const listing{"uv",          "run",   "pytest", "-p", "offload_pytest",
                                         "--no-header", "tests", "more"};
  std::vector<std::string> const running{"uv",        "run",   "pytest", "-p", "offload_pytest",
                                         "--tb=long", "tests", "more"};

  EXPECT_EQ(pytest_jobs(config, {{.name = "a"}}).at(0).run.argv, listing);
  EXPECT_EQ(pytest_framework{config}.worker(here)->argv, running);
  EXPECT_EQ(pytest_framework{config}.run({}, here)->argv, running);
}

TEST(PytestFramework, LetsTheListingProcessServeWhenAWorkerWouldStartAlike) {
  std::vector<group> const groups{{.name = "a"}};

  EXPECT_TRUE(pytest_jobs({}, groups).at(0).may_serve);
  EXPECT_FALSE(pytest_jobs({.run_args = {"-v"}}, groups).at(0).may_serve);
  EXPECT_TRUE(pytest_jobs({.run_args = {"-v"}, .discovery_args = {"-v"}}, groups).at(0).may_serve);
  EXPECT_FALSE(pytest_jobs({.discovery_args = {"-q"}}, groups).at(0).may_serve);
  for (auto const lifetime : {worker_lifetime::batch, worker_lifetime::test}) {
    // Its forks are as fresh as new processes.
    EXPECT_TRUE(pytest_jobs({.workers = lifetime}, groups).at(0).may_serve);
    pytest_config const spawns{.workers = lifetime, .start = start_method::spawn};
    EXPECT_FALSE(pytest_jobs(spawns, groups).at(0).may_serve);
  }
}

TEST(PytestFramework, MakesThePluginKnownToPython) {
  auto const worker = pytest_framework{{}}.worker(here).value();

  EXPECT_THAT(worker.search_paths, ElementsAre(env_var{"PYTHONPATH", "/support"}));
  EXPECT_THAT(worker.env, Contains(env_var{"OFFLOAD_WORKER", "1"}));
}

TEST(PytestFramework, TellsTheWorkerThatListsTestsWhereToForkOthers) {
  auto context = here;
  context.forks_at = "/support/workers";

  auto const worker = pytest_framework{{}}.worker(context).value();

  EXPECT_EQ(worker.forks_at, "/support/workers");
  EXPECT_THAT(worker.env, Contains(env_var{"OFFLOAD_FORKS", "/support/workers"}));
  EXPECT_EQ(pytest_framework{{}}.worker(here).value().forks_at, "");
}

TEST(PytestFramework, BringsThePluginWithAllOfItsModules) {
  auto const files = pytest_framework{{}}.properties().support_files;

  EXPECT_EQ(files.at(0).name, "offload_pytest.py");
  EXPECT_THAT(std::string{files.at(0).contents}, HasSubstr("def pytest_addoption"));
  EXPECT_EQ(testing::module_names(files), testing::names_in(files, "offload_pytest"));
}

TEST(PytestFramework, AsksForTheTestsOfABatch) {
  batch const tests{{7}, {{"tests/a.py::t[x y]"}, {"b\"\u20ac"}}};
  auto const expected =
      json{{"do", "run"}, {"batch", 7}, {"tests", {"tests/a.py::t[x y]", "b\"\u20ac"}}};

  pytest_framework const framework{{}};
  auto const asked = framework.ask(tests);

  EXPECT_EQ(json::parse(asked), expected);
  EXPECT_EQ(std::ranges::count(asked, '\n'), 1);
  EXPECT_TRUE(asked.ends_with('\n'));
  EXPECT_EQ(json::parse(request_of(framework.run(tests, here).value())), expected);
}

TEST(PytestFramework, TellsTheFiltersOfTheGroupsForWhichTestsRun) {
  batch tests{{7}, {{"a"}, {"b"}, {"c"}}};
  tests.filters = {"-m 'not slow'", "", "-m 'not slow'"};

  auto const asked = json::parse(pytest_framework{{}}.ask(tests));

  EXPECT_EQ(asked["filters"], json::array({json::array({"-m", "not slow"}), json::array()}));
  EXPECT_EQ(asked["of"], json::array({0, 1, 0}));
}

TEST(PytestFramework, AsksInAsciiEvenForBytesThatAreNoUtf8) {
  auto const asked = pytest_framework{{}}.ask({{1}, {{"caf\xe9 \u20ac\n"}}});

  EXPECT_TRUE(std::ranges::all_of(asked, [](unsigned char c) { return c < 0x80; }));
  EXPECT_TRUE(json::accept(asked));
}

TEST(PytestFramework, SaysThatThereIsNoWorkAtTheMoment) {
  EXPECT_EQ(json::parse(pytest_framework{{}}.ask_nothing()), (json{{"do", "idle"}}));
}

}  // namespace
}  // namespace offload
