// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/runner/listing.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>

namespace offload {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// Two groups, "x" without retries and "y" with two, listed by one job unless said otherwise.
listing of_two_groups(std::vector<discovery_job> jobs = {
                          {.run = {.argv = {"list"}}, .groups = {0, 1}}}) {
  return {{{.name = "x"}, {.name = "y", .retry_count = 2}}, std::move(jobs)};
}

test_listed test_in(std::string id, std::vector<std::size_t> groups) {
  return {.id = {std::move(id)}, .place = {"f", 1}, .groups = std::move(groups)};
}

TEST(Listing, IsCompleteWhenItsJobsHaveEnded) {
  auto found = of_two_groups();
  EXPECT_FALSE(found.complete());

  found.hear(0, listing_done{});
  EXPECT_THAT(found.end(0, std::nullopt), IsEmpty());

  EXPECT_TRUE(found.complete());
  EXPECT_FALSE(found.failure());
}

TEST(Listing, CountsATestOnceAGroupAndKeepsItOnce) {
  auto found = of_two_groups();
  found.hear(0, test_in("a", {0, 1}));
  found.hear(0, test_in("b", {0}));

  auto const tests = found.tests();

  EXPECT_EQ(found.records(), 3u);
  ASSERT_EQ(tests.size(), 2u);
  EXPECT_THAT(tests[0].groups, ElementsAre("x", "y"));
  EXPECT_EQ(tests[0].retries, 2u) << "the highest of its groups";
  EXPECT_EQ(tests[1].retries, 0u);
}

TEST(Listing, LeavesOutATestThatNoGroupSelects) {
  auto found = of_two_groups();
  found.hear(0, test_in("a", {}));

  EXPECT_THAT(found.tests(), IsEmpty());
}

TEST(Listing, RunsATestAloneWhenAGroupOrTheFrameworkSaysSo) {
  listing found{{{.name = "x"}, {.name = "y", .together = batching::alone}},
                {{.run = {.argv = {"list"}}, .groups = {0, 1}}}};
  auto broken = test_in("broken", {0});
  broken.together = batching::alone;
  found.hear(0, test_in("a", {0, 1}));
  found.hear(0, test_in("b", {0}));
  found.hear(0, broken);

  auto const tests = found.tests();

  EXPECT_EQ(tests[0].together, batching::alone);
  EXPECT_EQ(tests[1].together, batching::shared);
  EXPECT_EQ(tests[2].together, batching::alone);
}

TEST(Listing, AddsUpWhatListingsKnowOfATestsConstraints) {
  listing found{{{.name = "x"}, {.name = "y"}, {.name = "z"}},
                {{.run = {.argv = {"list"}}, .groups = {0, 1, 2}}}};
  auto const listed_with = [&](std::size_t group, std::optional<test_constraints> asked) {
    auto test = test_in("cleanup", {group});
    if (asked) { test.constraints = std::make_shared<test_constraints const>(*asked); }
    found.hear(0, std::move(test));
  };
  listed_with(0, std::nullopt);
  listed_with(1, test_constraints{.locks = {"l"}, .after = {{"a"}, {"b"}}});
  listed_with(2, test_constraints{
                     .locks = {"l"}, .machine = exclusivity::exclusive, .after = {{"b"}, {"c"}}});

  auto const tests = found.tests();

  ASSERT_EQ(tests.size(), 1u);
  EXPECT_EQ(*tests[0].constraints, (test_constraints{.locks = {"l"},
                                                     .machine = exclusivity::exclusive,
                                                     .after = {{"a"}, {"b"}, {"c"}}}));
}

TEST(Listing, ListsGroupsApartWhenTheirAnswerCannotBeShared) {
  discovery_job const together{.run = {.argv = {"list"}},
                               .groups = {0, 1},
                               .apart = {{.run = {.argv = {"list", "x"}}, .groups = {0}},
                                         {.run = {.argv = {"list", "y"}}, .groups = {1}}}};
  auto found = of_two_groups({together});
  found.hear(0, test_in("wrong", {0}));
  found.hear(0, listing_done{.shareable = false});

  auto const added = found.end(0, std::nullopt);

  EXPECT_THAT(added, ElementsAre(1u, 2u));
  EXPECT_FALSE(found.complete());
  EXPECT_EQ(found.job(2).run.argv.back(), "y");
  EXPECT_EQ(found.records(), 0u) << "what was heard before does not count";
}

TEST(Listing, FailsWhenACommandEndsWithoutAWord) {
  auto found = of_two_groups();

  (void)found.end(0, std::nullopt);

  ASSERT_TRUE(found.failure());
  EXPECT_EQ(to_string(*found.failure()),
            "the command ended without listing its tests\n  while listing tests with `list`");
}

TEST(Listing, NamesTheCommandAsItsFrameworkShowsIt) {
  auto found = of_two_groups(
      {{.run = {.argv = {"sh", "-c", "a script"}}, .groups = {0, 1}, .shown = "list things"}});

  (void)found.end(0, std::nullopt);

  EXPECT_THAT(found.failure()->while_doing, ElementsAre("listing tests with `list things`"));
}

TEST(Listing, RunsACommandThatHasCrashedOnceMore) {
  auto found = of_two_groups({{.run = {.argv = {"list"}}, .groups = {0, 1}, .may_serve = true}});
  found.hear(0, test_in("a", {0}));
  found.hear(0, listing_failed{{errc::discovery, "signal 11"}, true});

  EXPECT_THAT(found.end(0, std::nullopt), ElementsAre(1u));
  EXPECT_FALSE(found.job(1).may_serve);
  found.hear(1, test_in("a", {0}));
  found.hear(1, listing_done{});
  EXPECT_THAT(found.end(1, std::nullopt), IsEmpty());

  EXPECT_FALSE(found.failure());
  EXPECT_EQ(found.records(), 1u);
  EXPECT_THAT(found.warnings(), ElementsAre("listed tests a second time: signal 11"));
}

TEST(Listing, FailsWhenACommandCrashesThreeTimes) {
  auto found = of_two_groups();
  for (std::size_t const job : {std::size_t{0}, std::size_t{1}}) {
    found.hear(job, listing_failed{{errc::discovery, "signal 11"}, true});
    EXPECT_THAT(found.end(job, std::nullopt), ElementsAre(job + 1));
  }
  found.hear(2, listing_failed{{errc::discovery, "signal 11 again"}, true});

  EXPECT_THAT(found.end(2, std::nullopt), IsEmpty());

  EXPECT_TRUE(found.complete());
  EXPECT_EQ(found.failure()->message, "signal 11 again (3 times)");
}

TEST(Listing, NamesTheFileInWhichACommandWasCutShort) {
  auto found = of_two_groups();
  found.hear(0, file_loading{"a.py"});
  found.hear(0, file_loading{"b.py"});

  (void)found.end(0, error{errc::discovery, "it did not end within 9 s"});

  EXPECT_THAT(found.failure()->while_doing,
              ElementsAre("loading b.py", "listing tests with `list`"));
}

TEST(Listing, BlamesNoFileForWhatACommandSaysItself) {
  auto found = of_two_groups();
  found.hear(0, file_loading{"a.py"});
  found.hear(0, listing_failed{{errc::discovery, "no such option"}});
  (void)found.end(0, std::nullopt);

  EXPECT_THAT(found.failure()->while_doing, ElementsAre("listing tests with `list`"));
}

/// Each listing sees the tests of its group, and names a unit by the first of them.
TEST(Listing, JoinsTheUnitsOfSeveralListings) {
  auto found = of_two_groups(
      {{.run = {.argv = {"x"}}, .groups = {0}}, {.run = {.argv = {"y"}}, .groups = {1}}});
  auto const in = [](std::string id, std::size_t group, test_unit unit) {
    auto test = test_in(std::move(id), {group});
    test.unit = std::move(unit);
    return test;
  };
  found.hear(0, in("a", 0, {"a"}));
  found.hear(0, in("b", 0, {"a"}));
  found.hear(1, in("b", 1, {"b", true}));
  found.hear(1, in("c", 1, {"b", true}));
  found.hear(1, in("d", 1, {}));

  auto const tests = found.tests();

  ASSERT_EQ(tests.size(), 4U);
  EXPECT_EQ(tests[0].unit, tests[1].unit);
  EXPECT_EQ(tests[1].unit, tests[2].unit);
  EXPECT_TRUE(tests[0].unit.dependent);
  EXPECT_EQ(tests[3].unit, test_unit{});
}

TEST(Listing, KeepsTheOrderOfUnitsThatSeveralListingsSee) {
  auto const in = [](std::string id, std::size_t group, unsigned line) {
    auto test = test_in(std::move(id), {group});
    test.unit = {"u", true};
    test.place.line = line;
    return test;
  };
  auto const ids = [](listing const& found) {
    std::vector<std::string> all;
    for (auto const& test : found.tests()) { all.push_back(test.id.value); }
    return all;
  };
  std::vector<discovery_job> const jobs{{.run = {.argv = {"x"}}, .groups = {0}},
                                        {.run = {.argv = {"y"}}, .groups = {1}}};
  auto parts = of_two_groups(jobs);
  parts.hear(0, in("b", 0, 2));
  parts.hear(0, in("d", 0, 4));
  parts.hear(1, in("a", 1, 1));
  parts.hear(1, in("c", 1, 3));
  auto whole = of_two_groups(jobs);
  whole.hear(0, in("b", 0, 2));
  whole.hear(0, test_in("x", {0}));
  whole.hear(0, in("a", 0, 1));
  whole.hear(1, in("c", 1, 3));
  whole.hear(1, in("b", 1, 2));
  whole.hear(1, in("a", 1, 1));

  EXPECT_THAT(ids(parts), ElementsAre("a", "b", "c", "d"));
  EXPECT_THAT(ids(whole), ElementsAre("c", "x", "b", "a"));
}

/// It must not take the place of another.
TEST(Listing, LosesNoTestOfAUnitWhereOneIsListedTwice) {
  auto found = of_two_groups(
      {{.run = {.argv = {"x"}}, .groups = {0}}, {.run = {.argv = {"y"}}, .groups = {1}}});
  for (auto const& [job, id] : {std::pair{0U, "b"}, {0U, "b"}, {1U, "a"}}) {
    auto test = test_in(id, {job});
    test.unit = {"u"};
    found.hear(job, std::move(test));
  }

  EXPECT_EQ(found.tests().size(), 2U);
  EXPECT_NE(found.tests()[0].id, found.tests()[1].id);
}

TEST(Listing, KeepsTheFirstFailure) {
  auto found = of_two_groups();
  found.hear(0, listing_failed{{errc::discovery, "first"}});

  (void)found.end(0, error{errc::process, "second"});

  EXPECT_EQ(found.failure()->message, "first");
}

TEST(Listing, SaysWhatToDoAboutAMissingProgram) {
  auto found = of_two_groups();

  (void)found.end(0, error{errc::not_found, "there is no program `list`"});

  EXPECT_THAT(to_string(*found.failure()), HasSubstr("hint: name another command in [framework]"));
}

TEST(Listing, PassesOnWarningsAndTheProjectsLimit) {
  auto found = of_two_groups();

  found.hear(0, framework_warning{"careful"});
  found.hear(0, failure_limit{3});

  EXPECT_THAT(found.warnings(), ElementsAre("careful"));
  EXPECT_EQ(found.failure_limit(), 3u);
}

}  // namespace
}  // namespace offload
