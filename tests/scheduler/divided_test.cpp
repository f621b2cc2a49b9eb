// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/scheduler/divided.hpp>

#include <gtest/gtest.h>

#include <set>

namespace offload {
namespace {

using namespace std::chrono_literals;
using parts = std::vector<std::vector<test_index>>;

std::vector<work_item> expected_to_take(std::vector<std::optional<seconds>> const& durations) {
  std::vector<work_item> items;
  for (std::uint32_t i = 0; i < durations.size(); ++i) {
    items.push_back({.test = {i}, .file = {}, .expected = durations[i], .id_bytes = 20});
  }
  return items;
}

TEST(LptDivision, PutsTheLongestWhereThereIsLeast) {
  auto const items = expected_to_take({1s, 5s, 4s, 3s});

  EXPECT_EQ(lpt_division{}(items, 2), (parts{{{1}, {0}}, {{2}, {3}}}));
}

TEST(LptDivision, TakesUnknownTestsForAverageOnes) {
  auto const items = expected_to_take({std::nullopt, 1s, 3s});

  EXPECT_EQ(lpt_division{}(items, 2), (parts{{{2}}, {{0}, {1}}}));
}

TEST(RoundRobinDivision, TakesTurns) {
  auto const items = expected_to_take({1s, 1s, 1s});

  EXPECT_EQ(round_robin_division{}(items, 2), (parts{{{0}, {2}}, {{1}}}));
}

TEST(DividedScheduler, GivesASlotItsWholePart) {
  round_robin_scheduler scheduler;
  scheduler.open(expected_to_take({1s, 1s, 1s}), {.slots = 2});

  EXPECT_EQ(scheduler.next({1}), (std::vector<test_index>{{1}}));
  EXPECT_EQ(scheduler.next({0}), (std::vector<test_index>{{0}, {2}}));
  EXPECT_EQ(scheduler.waiting(), 0u);
}

TEST(DividedScheduler, TakesOverThePartOfASlotThatDoesNotCome) {
  round_robin_scheduler scheduler;
  scheduler.open(expected_to_take({1s, 1s, 1s}), {.slots = 2});
  (void)scheduler.next({0});

  EXPECT_EQ(scheduler.next({0}), (std::vector<test_index>{{1}}));
}

TEST(DividedScheduler, TakesOverWhatASlotThatHasGoneLeftBehind) {
  round_robin_scheduler scheduler;
  scheduler.open(expected_to_take({1s, 1s, 1s, 1s}), {.slots = 2, .tests_per_batch = 1});
  (void)scheduler.next({1});

  std::set<test_index> seen;
  while (scheduler.waiting() > 0) {
    for (auto const test : scheduler.next({0})) { seen.insert(test); }
  }

  EXPECT_EQ(seen, (std::set<test_index>{{0}, {2}, {3}}));
}

TEST(DividedScheduler, RetriesElsewhereIfItCan) {
  round_robin_scheduler scheduler;
  scheduler.open(expected_to_take({1s, 1s}), {.slots = 2});
  (void)scheduler.next({0});
  (void)scheduler.next({1});
  scheduler.again({0}, {0}, batching::alone);
  scheduler.again({1}, {1}, batching::alone);

  EXPECT_EQ(scheduler.next({0}), (std::vector<test_index>{{1}}));
  EXPECT_EQ(scheduler.next({0}), (std::vector<test_index>{{0}}));
}

TEST(DividedScheduler, LeavesATestAloneThatWantsIt) {
  auto items = expected_to_take({1s, 1s, 1s});
  items[1].together = batching::alone;
  round_robin_scheduler scheduler;
  scheduler.open(items, {.slots = 1});

  EXPECT_EQ(scheduler.next({0}), (std::vector<test_index>{{0}}));
  EXPECT_EQ(scheduler.next({0}), (std::vector<test_index>{{1}}));
}

}  // namespace
}  // namespace offload
