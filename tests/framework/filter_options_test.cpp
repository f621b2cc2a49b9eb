// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/framework/filter_options.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace offload {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using words = std::vector<std::string>;

words beside(words const& all) { return options_beside_selection(all, pytest_selects()); }

TEST(FilterOptions, LeaveOutWhatSelectsTests) {
  EXPECT_THAT(beside({"-m", "not slow", "-k", "-x", "--deselect=a.py::b", "-mslow", "--lf"}),
              IsEmpty());
  EXPECT_THAT(beside({"tests/unit", "a.py::test", "--ignore", "b.py"}), IsEmpty());
}

TEST(FilterOptions, KeepWhatSaysHowTestsRun) {
  EXPECT_THAT(beside({"--runslow", "-m", "slow", "-W", "error", "-o", "xfail_strict=true"}),
              ElementsAre("--runslow", "-W", "error", "-o", "xfail_strict=true"));
  EXPECT_THAT(beside({"--stage", "prod", "tests/unit"}), ElementsAre("--stage", "prod"));
  EXPECT_THAT(beside({"--runslow", "tests/unit"}), ElementsAre("--runslow"));
  EXPECT_THAT(beside({"--stage=prod", "unit"}), ElementsAre("--stage=prod"));
}

TEST(FilterOptions, OfVitestAreOthers) {
  words const all{"src/", "--project", "unit", "-t", "^a", "--mode", "prod", "--config=c.js"};

  EXPECT_THAT(options_beside_selection(all, vitest_selects()),
              ElementsAre("--mode", "prod", "--config=c.js"));
}

TEST(FilterOptions, CountIfAllGroupsHaveThem) {
  std::vector<group> groups{{.name = "a", .filters = "--runslow -m slow"},
                            {.name = "b", .filters = "-m 'not slow' --runslow"}};
  EXPECT_THAT(options_in_groups(groups, pytest_selects()).shared, ElementsAre("--runslow"));

  groups.push_back({.name = "c"});
  auto const differ = options_in_groups(groups, pytest_selects());

  EXPECT_THAT(differ.shared, IsEmpty());
  EXPECT_THAT(differ.warning, HasSubstr("`a` and `c` have different options"));
}

TEST(FilterOptions, AreAllOfTheWordsIfTheyAreTheSameInAllGroups) {
  std::vector<group> groups{{.name = "a", .filters = "-m slow  'a b'"},
                            {.name = "b", .filters = "-m slow \"a b\""}};
  EXPECT_EQ(filters_of_all(groups), (words{"-m", "slow", "a b"}));

  groups.push_back({.name = "c"});
  EXPECT_EQ(filters_of_all(groups), std::nullopt);

  groups.back().filters = "'not closed";
  EXPECT_EQ(filters_of_all(std::span{groups}.last(1)), std::nullopt);
}

}  // namespace
}  // namespace offload
