// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/scheduler/pull.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <queue>
#include <random>
#include <set>

#include "scheduler/told.hpp"

namespace offload {
namespace {

using namespace std::chrono_literals;
using indices = std::vector<std::uint32_t>;
using testing::values;

work_item test_of(std::uint32_t index, std::string_view file,
                  std::optional<seconds> expected = {}) {
  return {.test = {index}, .file = file, .expected = expected, .id_bytes = 20};
}

/// Runs everything on `slots` simulated slots, each test taking what was expected of it, and
/// returns the makespan.
seconds makespan(std::vector<work_item> const& items, std::size_t slots) {
  pull_scheduler scheduler;
  scheduler.open(items, {.slots = slots, .cost = batch_cost::request});
  using event = std::pair<seconds, std::uint32_t>;
  std::priority_queue<event, std::vector<event>, std::greater<>> free;
  for (std::uint32_t s = 0; s < slots; ++s) { free.push({0s, s}); }
  seconds last{};
  while (scheduler.waiting() > 0) {
    auto const [now, slot] = free.top();
    free.pop();
    seconds end = now;
    for (auto const t : scheduler.next({slot})) { end += *items[t.value].expected; }
    last = std::max(last, end);
    free.push({end, slot});
  }
  return last;
}

TEST(PullScheduler, HandsOutNothingWhenThereIsNothing) {
  pull_scheduler scheduler;
  scheduler.open({}, {.slots = 2});

  EXPECT_TRUE(scheduler.next({0}).empty());
}

TEST(PullScheduler, HandsOutEveryTestOnce) {
  std::vector<work_item> items;
  for (std::uint32_t i = 0; i < 1000; ++i) { items.push_back(test_of(i, i % 3 ? "a" : "b")); }
  pull_scheduler scheduler;
  scheduler.open(items, {.slots = 7});

  std::multiset<std::uint32_t> seen;
  for (std::uint32_t slot = 0; scheduler.waiting() > 0; slot = (slot + 1) % 7) {
    for (auto const t : scheduler.next({slot})) { seen.insert(t.value); }
  }

  EXPECT_EQ(seen.size(), 1000u);
  EXPECT_EQ(std::set<std::uint32_t>(seen.begin(), seen.end()).size(), 1000u);
}

TEST(PullScheduler, PutsTheLongestTestFirst) {
  std::vector<work_item> const items{test_of(0, "f", 1s), test_of(1, "f", 9s), test_of(2, "f", 3s)};
  pull_scheduler scheduler;
  scheduler.open(items, {.slots = 2, .cost = batch_cost::request});

  EXPECT_EQ(values(scheduler.next({0})), indices{1});
  EXPECT_EQ(values(scheduler.next({1})), indices{2});
  EXPECT_EQ(values(scheduler.next({1})), indices{0});
}

TEST(PullScheduler, KeepsTheOrderOfDiscoveryInASingleSlot) {
  std::vector<work_item> const items{test_of(0, "f", 1s), test_of(1, "f", 9s), test_of(2, "g", 3s)};
  for (auto const cost : {batch_cost::process, batch_cost::request}) {
    pull_scheduler scheduler;
    scheduler.open(items, {.slots = 1, .cost = cost});

    indices order;
    while (scheduler.waiting() > 0) {
      for (auto const test : scheduler.next({0})) { order.push_back(test.value); }
    }
    EXPECT_EQ(order, (indices{0, 1, 2}));
  }
}

TEST(PullScheduler, GoesOnWithTheFileThatASlotHasBegun) {
  std::vector<work_item> items;
  for (std::uint32_t i = 0; i < 400; ++i) {
    items.push_back(test_of(i, i < 200 ? "a" : "b", 10ms));
  }
  pull_scheduler scheduler;
  scheduler.open(items, {.slots = 2, .cost = batch_cost::request});
  auto const first = scheduler.next({0});
  (void)scheduler.next({1});

  EXPECT_EQ(scheduler.next({0}).front().value, first.back().value + 1);
}

TEST(PullScheduler, ShrinksItsBatchesTowardsTheEnd) {
  std::vector<work_item> items;
  for (std::uint32_t i = 0; i < 100; ++i) { items.push_back(test_of(i, "a", 10ms)); }
  pull_scheduler scheduler;
  scheduler.open(items, {.slots = 2, .cost = batch_cost::request});

  auto const first = scheduler.next({0}).size();
  std::size_t last = 0;
  while (scheduler.waiting() > 0) { last = scheduler.next({0}).size(); }

  EXPECT_EQ(first, 8u);
  EXPECT_EQ(last, 1u);
}

TEST(PullScheduler, HandsOutSmallerBatchesWhereTheyCostLittle) {
  std::vector<work_item> items;
  for (std::uint32_t i = 0; i < 120; ++i) { items.push_back(test_of(i, "a", 10ms)); }
  auto const first_batch = [&](batch_cost cost) {
    pull_scheduler scheduler;
    scheduler.open(items, {.slots = 2, .cost = cost});
    return scheduler.next({0}).size();
  };

  EXPECT_NEAR(static_cast<double>(first_batch(batch_cost::request)), 10, 1);
  EXPECT_NEAR(static_cast<double>(first_batch(batch_cost::process)), 60, 1);
}

TEST(PullScheduler, TriesOneTestOfEachPartWithoutDurationsWhereThatCostsLittle) {
  std::vector<work_item> items;
  for (std::uint32_t i = 0; i < 120; ++i) { items.push_back(test_of(i, "")); }
  testing::told<pull_scheduler> scheduler;
  scheduler.open(items, {.slots = 2, .cost = batch_cost::request});

  for (int part = 0; part < 12; ++part) {
    auto const batch = scheduler.next({0});
    ASSERT_EQ(batch.size(), 1u);
    scheduler.finished(batch.front(), {0}, 1s);
  }
  EXPECT_EQ(scheduler.next({0}).size(), 4u);
  EXPECT_EQ(scheduler.waiting(), 104u);
}

TEST(PullScheduler, HandsOutTestsThatWantToBeAloneFirstAndAlone) {
  std::vector<work_item> items{test_of(0, "a", 10ms), test_of(1, "a", 10ms), test_of(2, "a", 10ms)};
  items[2].together = batching::alone;
  pull_scheduler scheduler;
  scheduler.open(items, {.slots = 1});

  EXPECT_EQ(values(scheduler.next({0})), indices{2});
}

TEST(PullScheduler, KeepsTheLimitsOfABatch) {
  std::vector<work_item> items;
  for (std::uint32_t i = 0; i < 100; ++i) { items.push_back(test_of(i, "a", 1ms)); }
  pull_scheduler by_count;
  pull_scheduler by_bytes;
  by_count.open(items, {.slots = 1, .tests_per_batch = 3});
  by_bytes.open(items, {.slots = 1, .id_bytes_per_batch = 100});

  EXPECT_EQ(by_count.next({0}).size(), 3u);
  EXPECT_EQ(by_bytes.next({0}).size(), 5u);
}

TEST(PullScheduler, RetriesElsewhereAtOnce) {
  std::vector<work_item> const items{test_of(0, "a", 1s), test_of(1, "a", 1s), test_of(2, "a", 1s)};
  pull_scheduler scheduler;
  scheduler.open(items, {.slots = 2});
  (void)scheduler.next({0});

  scheduler.again({0}, {0}, batching::alone);

  EXPECT_EQ(values(scheduler.next({0})), indices{1}) << "the slot that failed does other things";
  EXPECT_EQ(values(scheduler.next({1})), indices{0}) << "another one retries";
}

TEST(PullScheduler, RetriesInTheSameSlotWhenNothingElseIsLeft) {
  std::vector<work_item> const items{test_of(0, "a", 1s)};
  pull_scheduler scheduler;
  scheduler.open(items, {.slots = 2});
  (void)scheduler.next({0});

  scheduler.again({0}, {0}, batching::alone);

  EXPECT_EQ(values(scheduler.next({0})), indices{0});
}

TEST(PullScheduler, SharesOutWhatComesBackTogether) {
  std::vector<work_item> items;
  for (std::uint32_t i = 0; i < 40; ++i) { items.push_back(test_of(i, "a", 1ms)); }
  pull_scheduler scheduler;
  scheduler.open(items, {.slots = 4});
  while (scheduler.waiting() > 0) { (void)scheduler.next({0}); }

  for (std::uint32_t i = 0; i < 40; ++i) { scheduler.again({i}, {0}, batching::shared); }

  EXPECT_EQ(scheduler.next({1}).size(), 10u);
}

TEST(PullScheduler, GivesARetryABatchOfItsOwn) {
  std::vector<work_item> items;
  for (std::uint32_t i = 0; i < 40; ++i) { items.push_back(test_of(i, "a", 1ms)); }
  pull_scheduler scheduler;
  scheduler.open(items, {.slots = 4});
  while (scheduler.waiting() > 0) { (void)scheduler.next({0}); }

  for (std::uint32_t i = 0; i < 40; ++i) { scheduler.again({i}, {0}, batching::alone); }

  EXPECT_EQ(scheduler.next({1}).size(), 1u);
}

TEST(PullScheduler, StaysNearTheBoundOnMixedDurations) {
  std::mt19937 random{7};
  std::lognormal_distribution<double> length{0.0, 1.5};
  std::vector<work_item> items;
  seconds total{};
  seconds longest{};
  for (std::uint32_t i = 0; i < 3000; ++i) {
    seconds const takes{length(random)};
    items.push_back(test_of(i, i % 2 ? "a" : "b", takes));
    total += takes;
    longest = std::max(longest, takes);
  }

  for (std::size_t const slots : {1u, 2u, 10u, 50u}) {
    auto const bound = std::max(longest, total / static_cast<double>(slots));
    EXPECT_LE(makespan(items, slots) / bound, 1.03) << slots << " slots";
  }
}

TEST(PullScheduler, PutsLikelyFailuresFirst) {
  std::vector<work_item> items{test_of(0, "a", 9s), test_of(1, "a", 8s), test_of(2, "a", 1s),
                               test_of(3, "a", 1s)};
  items[1].failure_rate = 0.4;
  items[2].failure_rate = 0.3;
  items[3].failure_rate = 0.01;
  pull_scheduler scheduler;
  scheduler.open(items, {.slots = 2, .cost = batch_cost::request});

  EXPECT_EQ(values(scheduler.next({0})), indices{2}) << "the most chances of failure a second";
  EXPECT_EQ(values(scheduler.next({0})), indices{1});
  EXPECT_EQ(values(scheduler.next({0})), indices{0}) << "the others as always";
}

}  // namespace
}  // namespace offload
