// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "heard.hpp"
#include "plugin_records.hpp"
#include "support_files.hpp"

#include <offload/core/shell_words.hpp>
#include <offload/framework/vitest.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace offload {
namespace {

using nlohmann::json;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::hear;
using testing::hear_cut;
using testing::heard;
using testing::here;
using ::testing::IsEmpty;
using testing::record;
using words = std::vector<std::string>;

std::string const apart{R"(exec "$@" 3>&1 1>&2 4<&0 0</dev/null)"};

vitest_launch launch_of(words const& command) {
  auto const launch = vitest_launch_of(command);
  return launch ? *launch : vitest_launch{.before = {launch.error().message}};
}

std::vector<discovery_job> vitest_jobs(vitest_config config, std::vector<group> const& groups) {
  auto jobs = vitest_framework{std::move(config)}.discovery(groups, here);
  return jobs ? *jobs : std::vector<discovery_job>{};
}

TEST(VitestLaunch, LeavesPackageRunnersOut) {
  vitest_launch const plain{.node = {"node"}};

  for (auto const& command :
       {words{"vitest"}, words{"npx", "vitest"}, words{"npx", "--yes", "vitest"},
        words{"npm", "exec", "--", "vitest"}, words{"npm", "x", "vitest"},
        words{"pnpm", "exec", "vitest"}, words{"pnpm", "vitest"}, words{"yarn", "vitest"},
        words{"yarn", "run", "vitest"}, words{"bunx", "vitest"}, words{"npx", "vitest", "run"}}) {
    EXPECT_EQ(launch_of(command), plain) << shell::joined(command);
  }
}

TEST(VitestLaunch, KeepsWhatItDoesNotKnowInFront) {
  EXPECT_THAT(launch_of({"env", "A=1", "npx", "vitest"}).before, ElementsAre("env", "A=1"));
  EXPECT_THAT(launch_of({"pnpm", "--filter", "web", "exec", "vitest"}).before,
              ElementsAre("pnpm", "--filter", "web", "exec"));
  EXPECT_THAT(launch_of({"npm", "run", "vitest"}).before, ElementsAre("npm", "run"));
}

TEST(VitestLaunch, NamesTheVitestThatIsGivenByItsPath) {
  EXPECT_EQ(launch_of({"web/node_modules/.bin/vitest"}).vitest, "web/node_modules/.bin/vitest");
  EXPECT_EQ(launch_of({"npx", "vitest"}).vitest, "");
}

TEST(VitestLaunch, KeepsNodeWithItsOptions) {
  auto const launch =
      launch_of({"env", "A=1", "/opt/node", "--max-old-space-size=4096", "x/vitest.mjs"});

  EXPECT_THAT(launch.before, ElementsAre("env", "A=1"));
  EXPECT_THAT(launch.node, ElementsAre("/opt/node", "--max-old-space-size=4096"));
  EXPECT_EQ(launch.vitest, "x/vitest.mjs");
}

TEST(VitestLaunch, KeepsTheArgumentsOfTheCommand) {
  EXPECT_THAT(launch_of({"npx", "vitest", "run", "--config", "a.ts"}).args,
              ElementsAre("--config", "a.ts"));
}

TEST(VitestLaunch, RefusesACommandWithoutVitest) {
  auto const launch = vitest_launch_of({"npm", "test"});

  ASSERT_FALSE(launch);
  EXPECT_EQ(launch.error().message, "[framework] command `npm test` does not name vitest");
  EXPECT_THAT(launch.error().hint, HasSubstr("npx vitest"));
}

TEST(VitestFramework, ListsAllGroupsByOneCommand) {
  auto const jobs =
      vitest_jobs({}, {{.name = "all"}, {.name = "some", .filters = "-t 'a b' src/"}});

  ASSERT_EQ(jobs.size(), 1u);
  EXPECT_THAT(jobs[0].run.argv,
              ElementsAre("/bin/sh", "-c", apart, "sh", "node", "/support/offload_vitest.mjs"));
  EXPECT_THAT(jobs[0].groups, ElementsAre(0, 1));
  EXPECT_EQ(json::parse(jobs[0].input),
            json::parse(R"({"do": "discover", "groups": [{"name": "all", "filters": []},
                            {"name": "some", "filters": ["-t", "a b", "src/"]}]})"));
  EXPECT_TRUE(jobs[0].input.ends_with("\n"));
}

TEST(VitestFramework, TellsHowToListTheGroupsApartInstead) {
  auto const jobs = vitest_jobs({.discovery_args = {"--dir", "d"}},
                                {{.name = "a"}, {.name = "b", .filters = "-t x"}});

  ASSERT_EQ(jobs.at(0).apart.size(), 2u);
  auto const& second = jobs[0].apart[1];
  EXPECT_THAT(words(second.run.argv.begin() + 6, second.run.argv.end()),
              ElementsAre("--dir", "d", "-t", "x"));
  EXPECT_THAT(second.groups, ElementsAre(1));
  EXPECT_EQ(json::parse(second.input),
            json::parse(R"({"do": "discover", "groups": [{"name": "b"}]})"));
}

TEST(VitestFramework, LetsAListingServeOnlyWhenItWasStartedLikeAWorker) {
  std::vector<group> const all{{.name = "all"}};

  EXPECT_TRUE(vitest_jobs({}, all).at(0).may_serve);
  EXPECT_FALSE(vitest_jobs({.run_args = {"-u"}}, all).at(0).may_serve);
  EXPECT_FALSE(vitest_jobs({.discovery_args = {"--dir=d"}}, all).at(0).may_serve);
  EXPECT_FALSE(vitest_jobs({.workers = worker_lifetime::batch}, all).at(0).may_serve);
}

TEST(VitestFramework, DividesTheFilesAmongTheWorkersThatListThem) {
  std::vector<group> const all{{.name = "all"}};
  auto two_workers = here;
  two_workers.listing_workers = 2;

  auto const jobs = vitest_framework{{}}.discovery(all, two_workers);
  auto const by_one = vitest_framework{{.run_args = {"-u"}}}.discovery(all, two_workers);

  ASSERT_EQ(jobs->size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    auto const request = json::parse(jobs->at(i).input);
    EXPECT_EQ(request["part"], i);
    EXPECT_EQ(request["parts"], 2);
    EXPECT_TRUE(jobs->at(i).may_serve);
  }
  EXPECT_EQ(jobs->at(0).apart.size(), 1u);
  EXPECT_THAT(jobs->at(1).apart, IsEmpty());
  ASSERT_EQ(by_one->size(), 1u);
  EXPECT_FALSE(json::parse(by_one->at(0).input).contains("parts"));
}

TEST(VitestFramework, ListsWithinWhatRunArgsSelect) {
  std::vector<group> const all{{.name = "all"}};

  auto const listing = vitest_jobs({.run_args = {"--project", "unit"}}, all).at(0);

  EXPECT_EQ(json::parse(listing.input)["within"], json::parse(R"(["--project", "unit"])"));
  EXPECT_EQ(json::parse(listing.apart.at(0).input)["within"][1], "unit");
}

TEST(VitestFramework, SaysWhichFiltersItCannotRead) {
  auto const jobs =
      vitest_framework{{}}.discovery(std::vector<group>{{.name = "g", .filters = "'"}}, here);

  ASSERT_FALSE(jobs);
  EXPECT_THAT(to_string(jobs.error()), HasSubstr("reading the filters of group `g`"));
}

TEST(VitestFramework, RunsABatchByACommandOrByAWord) {
  vitest_framework const framework{{.command = {"web/vitest"}, .run_args = {"--retry", "1"}}};
  batch const tests{.id = {7}, .tests = {{"a.js > \"b\""}}};

  auto const run = framework.run(tests, here);
  auto const worker = framework.worker(here);

  ASSERT_TRUE(run && worker);
  EXPECT_EQ(run->argv, worker->argv);
  EXPECT_EQ(words(run->argv.end() - 2, run->argv.end()), (words{"--retry", "1"}));
  EXPECT_THAT(worker->env, ElementsAre(env_var{"OFFLOAD_VITEST", "web/vitest"}));
  EXPECT_THAT(run->env, Contains(env_var{"OFFLOAD_REQUEST", framework.ask(tests)}));
  EXPECT_EQ(json::parse(framework.ask(tests)),
            json::parse(R"({"do": "run", "batch": 7, "tests": ["a.js > \"b\""]})"));
}

TEST(VitestFramework, BringsItsScriptWithAllOfItsModules) {
  auto const files = vitest_framework{{}}.properties().support_files;

  EXPECT_EQ(files.at(0).name, "offload_vitest.mjs");
  EXPECT_EQ(testing::module_names(files), testing::names_in(files, "offload_vitest"));
}

TEST(VitestFramework, SaysThatAFileCostsSomething) {
  EXPECT_GT(vitest_framework{{}}.properties().file_cost, seconds{});
}

TEST(VitestReader, KeepsTheFileOfAListedTestWhateverItsIdSays) {
  auto const said =
      hear(vitest_reader({3}),
           record(R"({"event": "listed", "tests": [{"id": "|one| a.js > b::c", "file": "a.js",
                 "line": 4, "groups": [0]}]})") +
               record(R"({"event": "discovered", "count": 1})", 1));

  auto const listed = said.all<test_listed>();
  ASSERT_EQ(listed.size(), 1u);
  EXPECT_EQ(listed[0].place, (source_place{"a.js", 4}));
  EXPECT_THAT(listed[0].groups, ElementsAre(3));
}

TEST(VitestReader, SaysHowAListingEndedThatSaidNothing) {
  auto const said = hear(vitest_reader({0}), "", {127, 0}, "sh: 1: exec: node: not found\n");

  auto const why = said.all<listing_failed>().at(0).why;
  EXPECT_EQ(why.message,
            "listing vitest's tests failed (exit status 127): sh: 1: exec: node: not found");
  EXPECT_THAT(why.hint, HasSubstr("install Node.js"));
}

TEST(VitestReader, DoesNotMindWhereTheOutputIsCut) {
  auto const out =
      "x" + record("{\"event\": \"started\", \"id\": \"a.js > \xC3\xA4\"}") + "y" +
      record("{\"event\": \"finished\", \"id\": \"a.js > \xC3\xA4\", \"outcome\": \"errored\"}",
             1) +
      "z";

  for (std::size_t cut = 0; cut <= out.size(); ++cut) {
    auto const said = hear_cut(vitest_reader(), out, cut);

    EXPECT_THAT(said.outcomes(), ElementsAre("a.js > \xC3\xA4 errored")) << cut;
    EXPECT_EQ(said.output(), "xyz") << cut;
  }
}

}  // namespace
}  // namespace offload
