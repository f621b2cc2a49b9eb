// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "heard.hpp"

#include <offload/framework/any.hpp>
#include <offload/framework/nextest.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>

namespace offload {
namespace {

using testing::batch_of;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using ::testing::Not;

run_context const shared_place{.shell = "/bin/dash", .shared_dir = "/tmp/offload x"};
run_context const elsewhere{};

result<std::string> script_of(nextest_config config, std::vector<group> const& groups) {
  return nextest_framework{std::move(config)}
      .discovery(groups, shared_place)
      .map([](auto const& jobs) {
        return jobs.size() == 1 ? jobs.front().run.argv.at(2) : "there is not one job";
      });
}

std::string script_for(nextest_config config, std::string filters = "") {
  return script_of(std::move(config), {{.name = "g", .filters = std::move(filters)}}).value();
}

std::vector<std::string> words_for(nextest_config config, std::vector<std::string> const& ids,
                                   run_context const& context = shared_place,
                                   nextest_failure then = nextest_failure::goes_on) {
  return nextest_framework{std::move(config), then}.run(batch_of(ids), context).value().argv;
}

/// What follows this word.
std::string after(std::vector<std::string> const& words, std::string const& word) {
  auto const found = std::ranges::find(words, word);
  return found != words.end() && std::next(found) != words.end() ? *std::next(found) : "nothing";
}

std::string filterset_for(std::vector<std::string> const& ids) {
  return after(words_for({}, ids), "-E");
}

TEST(NextestFramework, ListsAllGroupsByOneCommandThatBuildsOnce) {
  auto const framework = nextest_framework{{}};
  std::vector<group> const groups{{.name = "a", .filters = "-E 'test(x)'"},
                                  {.name = "it's", .filters = "name"}};

  auto const jobs = framework.discovery(groups, shared_place).value();

  ASSERT_EQ(jobs.size(), 1u);
  EXPECT_THAT(jobs[0].groups, ElementsAre(0, 1));
  EXPECT_EQ(jobs[0].shown, "cargo nextest list");
  auto const& script = jobs[0].run.argv.at(2);
  EXPECT_THAT(script, HasSubstr("dir='/tmp/offload x'\n"));
  EXPECT_THAT(script, HasSubstr("cargo nextest list --color never --message-format json  -E "
                                "'((test(x)))' >\"$dir/list\" || failed a\n"));
  EXPECT_THAT(script, HasSubstr("--message-format json --binaries-metadata "
                                "'/tmp/offload x/binaries.json' --cargo-metadata '/tmp/offload "
                                "x/cargo.json' name >\"$dir/list\" || failed 'it'\\''s'\n"));
}

TEST(NextestFramework, TellsTheBuildFromTheSelection) {
  auto const script = script_for(
      {.package = "p",
       .features = {"a", "b"},
       .bin = "c",
       .include_ignored = true,
       .profile = "ci",
       .cargo_profile = "fast",
       .run_args = {"--retries", "2", "--locked"},
       .discovery_args = {"--offline", "--manifest-path=x/Cargo.toml", "-E", "kind(lib)"}});

  EXPECT_THAT(script,
              HasSubstr("--message-format json --package p --features a,b --bin c --cargo-profile "
                        "fast --offline '--manifest-path=x/Cargo.toml' --locked --run-ignored all "
                        "--profile ci -E '((kind(lib)))' >"));
  EXPECT_THAT(script, HasSubstr("cargo metadata --color never --format-version 1 --all-features "
                                "--offline '--manifest-path=x/Cargo.toml' --locked $"));
}

TEST(NextestFramework, TurnsACargoSelectionInFiltersIntoAFilterset) {
  EXPECT_THAT(script_for({}, "-p a --lib --test t -E 'test(x)' --exclude 'b*'"),
              HasSubstr(" --package a -E '(not package(#b*))&((package(=a)))&((kind(lib)|kind(proc-"
                        "macro))|(kind(test)&binary(=t)))&((test(x)))' >"));
}

TEST(NextestFramework, SelectsWithinWhatDiscoveryArgsSelect) {
  EXPECT_THAT(script_for({.discovery_args = {"-E", "a()", "-E", "b()"}}, "-E c() -E d()"),
              HasSubstr(" -E '((a())|(b()))&((c())|(d()))' >"));
}

TEST(NextestFramework, BuildsThePackagesOnlyThatAllGroupsChoose) {
  auto const some = script_of(
      {}, {{.name = "a", .filters = "-p x"}, {.name = "b", .filters = "-py --package=x"}});
  auto const all = script_of({}, {{.name = "a", .filters = "-p x"}, {.name = "b"}});

  EXPECT_THAT(some.value(), HasSubstr("json --package x --package y -E"));
  EXPECT_THAT(all.value(), Not(HasSubstr("--package")));
}

TEST(NextestFramework, BuildsForAnImageWhatBatchesElsewhereRun) {
  nextest_config config;
  config.package = "api";
  config.run_args = {"--release", "--retries", "2"};

  EXPECT_THAT(nextest_framework{config}.build_command(),
              ElementsAre("cargo", "nextest", "run", "--no-run", "--package", "api", "--release"));
}

TEST(NextestFramework, RefusesBuildOptionsInFilters) {
  auto const script = script_of({}, {{.name = "g", .filters = "name --features x"}});

  ASSERT_FALSE(script);
  EXPECT_EQ(script.error().message, "`--features` is not an option that selects tests");
  EXPECT_THAT(script.error().while_doing, ElementsAre("reading the filters of group `g`"));
}

TEST(NextestFramework, RefusesASelectionInRunArgs) {
  auto const script = script_of({.run_args = {"-E", "test(x)"}}, {{.name = "g"}});

  ASSERT_FALSE(script);
  EXPECT_EQ(script.error().message, "run_args cannot select tests (`-E`)");
}

TEST(NextestFramework, AGroupMayChooseIgnoredTestsItself) {
  auto const script = script_for({.include_ignored = true}, "--run-ignored only");

  EXPECT_THAT(script, HasSubstr("--run-ignored only"));
  EXPECT_THAT(script, Not(HasSubstr("--run-ignored all")));
}

TEST(NextestFramework, SelectsTheTestsOfABatchByBinary) {
  EXPECT_EQ(filterset_for({"a t::x", "b::bin/c t::x", "a t::y"}),
            "(binary_id(=a)&(test(=t::x)|test(=t::y)))|(binary_id(=b::bin/c)&(test(=t::x)))");
}

TEST(NextestFramework, EscapesWhatAMatcherWouldTakeForItsOwn) {
  EXPECT_EQ(filterset_for({R"(a x(y), \z)"}), R"((binary_id(=a)&(test(=x(y\)\, \\z))))");
  EXPECT_EQ(filterset_for({"a  x\ty "}), "(binary_id(=a)&(test(=\\u{20}x\\u{9}y\\u{20})))");
}

TEST(NextestFramework, RunsWhatWasBuiltInOneProcessAtATime) {
  auto const words = words_for({.profile = "ci"}, {"a t"});

  EXPECT_EQ(words[0], "/bin/dash");
  EXPECT_EQ(words[1], "/tmp/offload x/nextest");
  EXPECT_EQ(words[2], "run");
  EXPECT_EQ(after(words, "--binaries-metadata"), "/tmp/offload x/binaries.json");
  EXPECT_EQ(after(words, "--cargo-metadata"), "/tmp/offload x/cargo.json");
  EXPECT_EQ(after(words, "--test-threads"), "1");
  EXPECT_EQ(after(words, "--run-ignored"), "all");
  EXPECT_EQ(after(words, "--profile"), "ci");
  EXPECT_THAT(words, Contains("--no-fail-fast"));
  EXPECT_THAT(words, Not(Contains("--config-file")));
}

TEST(NextestFramework, StartsTestsWithoutADetour) {
  env_var const directly{"NEXTEST_DOUBLE_SPAWN", "0"};

  auto const job =
      nextest_framework{{}}.discovery(std::vector<group>{{.name = "g"}}, shared_place).value();
  auto const run = nextest_framework{{}}.run(batch_of({"a t"}), shared_place).value();

  EXPECT_THAT(job.at(0).run.env, Contains(directly));
  EXPECT_THAT(run.env, Contains(directly));
}

TEST(NextestFramework, BuildsInASandboxThatSharesNothing) {
  auto const words = words_for({.package = "p", .cargo_profile = "fast"}, {"a t"}, elsewhere);

  EXPECT_EQ(words[0], "cargo");
  EXPECT_EQ(after(words, "--package"), "p");
  EXPECT_EQ(after(words, "--cargo-profile"), "fast");
  EXPECT_THAT(words, Not(Contains("--binaries-metadata")));
}

TEST(NextestFramework, LeavesTheUsersOwnCommandAsItIs) {
  auto const words = words_for({.command = {"env", "A=1", "cargo", "nextest"}}, {"a t"});

  EXPECT_EQ(words[0], "env");
  EXPECT_EQ(words[3], "nextest");
  EXPECT_THAT(script_for({.command = {"env", "A=1", "cargo", "nextest"}}),
              HasSubstr("\nenv 'A=1' cargo metadata "));
  EXPECT_THAT(script_for({.command = {"x/cargo-nextest", "nextest"}}),
              HasSubstr("\ncargo metadata "));
}

TEST(NextestFramework, GivesWayToOptionsOfTheUser) {
  auto const words = words_for(
      {.run_args = {"--max-fail=3", "--test-threads", "4", "--status-level=all", "--", "-x"}},
      {"a t"});

  EXPECT_THAT(words, Not(Contains("--no-fail-fast")));
  EXPECT_EQ(std::ranges::count(words, "--test-threads"), 1);
  EXPECT_EQ(after(words, "--test-threads"), "4");
  EXPECT_THAT(words, Not(Contains("--status-level")));
  EXPECT_EQ(words.back(), "-x");
}

TEST(NextestFramework, StopsABatchAtTheFirstFailureWhenAskedTo) {
  auto const words = words_for({}, {"a t"}, shared_place, nextest_failure::ends_batch);

  EXPECT_THAT(words, Contains("--fail-fast"));
  EXPECT_THAT(words, Not(Contains("--no-fail-fast")));
}

TEST(NextestFramework, RunsTestsThatEventsCannotTellApartOneAfterTheOther) {
  auto const words = words_for({}, {"a t", "a::bin/a t", "a::other t", "b t"});

  ASSERT_EQ(words.size(), 3u);
  auto const mark = words[2].find("next round");
  ASSERT_NE(mark, std::string::npos);
  EXPECT_THAT(words[2].substr(0, mark), HasSubstr("(binary_id(=a)&(test(=t)))|(binary_id(=a::"
                                                  "other)&(test(=t)))|(binary_id(=b)"));
  EXPECT_THAT(words[2].substr(mark), HasSubstr("binary_id(=a::bin/a)"));
}

TEST(NextestFramework, SaysThatItsCommandsTakeAWhileToStart) {
  EXPECT_GT(nextest_framework{{}}.properties().start_up, seconds{0});
  EXPECT_EQ(any_framework{nextest_framework{{}}}.properties().start_up,
            nextest_framework{{}}.properties().start_up);
}

}  // namespace
}  // namespace offload
