// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/runner/work_items.hpp>

#include <gtest/gtest.h>

namespace offload {
namespace {

TEST(WorkItems, AreTheTestsInTheirOrder) {
  std::vector<test_case> const tests{{.id = {"a"}, .place = {"f", 1}}, {.id = {"bc"}}};

  auto const items = work_items(tests);

  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(items[0].file, "f");
  EXPECT_EQ(items[1].test, test_index{1});
  EXPECT_EQ(items[1].id_bytes, 2u);
  EXPECT_TRUE(items[0].after.empty());
}

TEST(WorkItems, NameTheTestsToWaitForByTheirPlaceInTheRun) {
  test_constraints const asked{.locks = {"port"},
                               .machine = exclusivity::exclusive,
                               .after = {{"b"}, {"elsewhere"}, {"c"}},
                               .needs = {{"a"}}};
  std::vector<test_case> const tests{
      {.id = {"a"}},
      {.id = {"b"}},
      {.id = {"c"}, .constraints = std::make_shared<test_constraints const>(asked)}};

  auto const items = work_items(tests);

  EXPECT_EQ(items[2].after, (std::vector<test_index>{{1}, {0}})) << "not for itself, nor others";
  ASSERT_EQ(items[2].locks.size(), 1u);
  EXPECT_EQ(items[2].locks[0], "port");
  EXPECT_EQ(items[2].machine, exclusivity::exclusive);
}

TEST(WorkItems, SayHowOftenTestsFailWhereTheFirstFailureEndsTheRun) {
  std::vector<test_case> const tests{{.id = {"a"}}, {.id = {"b"}, .failure_rate = 0.25}};

  EXPECT_EQ(work_items(tests, fail_fast::off)[1].failure_rate, std::nullopt) << "it goes on";
  EXPECT_EQ(work_items(tests, fail_fast::on)[0].failure_rate, std::nullopt);
  EXPECT_EQ(work_items(tests, fail_fast::on)[1].failure_rate, 0.25);
}

TEST(NoteFilters, NotesThoseOfTheFirstGroupThatHasAny) {
  std::vector<group> groups{
      {.name = "all"}, {.name = "slow", .filters = "-m slow"}, {.name = "db", .filters = "-m db"}};
  std::vector<test_case> tests{{.id = {"a"}, .groups = {"all"}},
                               {.id = {"b"}, .groups = {"all", "slow", "db"}},
                               {.id = {"c"}, .groups = {"db"}}};

  note_filters(tests, groups);

  EXPECT_EQ(tests[0].filters, "");
  EXPECT_EQ(tests[1].filters, "-m slow");
  EXPECT_EQ(tests[2].filters, "-m db");
}

TEST(NoteFilters, NotesTheSameForAUnit) {
  std::vector<group> const groups{{.name = "x", .filters = "-m x"},
                                  {.name = "y", .filters = "-m y"}};
  std::vector<test_case> tests{{.id = {"a"}, .groups = {"y"}, .unit = {"u"}},
                               {.id = {"b"}, .groups = {"x"}, .unit = {"u"}},
                               {.id = {"c"}, .groups = {"x"}}};

  note_filters(tests, groups);

  EXPECT_EQ(tests[1].filters, "-m y");
  EXPECT_EQ(tests[2].filters, "-m x");
}

TEST(NoteFilters, NotesNothingWhereAllGroupsHaveTheSame) {
  std::vector<group> const groups{{.name = "a", .filters = "-m slow"},
                                  {.name = "b", .filters = "-m slow"}};
  std::vector<test_case> tests{{.id = {"a"}, .groups = {"a"}}};

  note_filters(tests, groups);

  EXPECT_EQ(tests[0].filters, "");
}

TEST(ExpectedSum, IsKnownWhenItIsKnownOfEachTest) {
  using namespace std::chrono_literals;
  std::vector<test_case> tests{{.id = {"a"}, .expected = 2s}, {.id = {"b"}, .expected = 3s}};

  EXPECT_EQ(expected_sum(tests), 5s);
  tests.push_back({.id = {"c"}});
  EXPECT_EQ(expected_sum(tests), std::nullopt);
  EXPECT_EQ(expected_sum({}), std::nullopt);
}

TEST(RetriesAhead, AreThoseOfTestsThatBelongToNoUnit) {
  std::vector<test_case> const tests{{.id = {"a"}, .retries = 1},
                                     {.id = {"b"}},
                                     {.id = {"c"}, .retries = 2},
                                     {.id = {"d"}, .retries = 4, .unit = {"u"}}};

  EXPECT_EQ(retries_ahead(tests), 3U);
}

}  // namespace
}  // namespace offload
