// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/scheduler/hedged.hpp>

#include <offload/scheduler/estimates.hpp>
#include <offload/scheduler/pull.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>

#include "scheduler/archetype.hpp"
#include "scheduler/told.hpp"

namespace offload {
namespace {

using namespace std::chrono_literals;
using test_list = std::vector<test_index>;

/// A run of two slots; the first test has been handed out to slot 0, and slot 1 is idle.
struct one_test {
  explicit one_test(std::optional<seconds> expected, hedging wanted = hedging::on)
      : scheduler{pull_scheduler{}, wanted} {
    scheduler.open(std::vector<work_item>{{.test = {0}, .file = {}, .expected = expected}},
                   {.slots = 2, .cost = batch_cost::request});
    scheduler.at(0s);
    (void)scheduler.next({0});
    scheduler.started({0}, {0});
  }
  test_list copies_at(seconds now) {
    scheduler.at(now);
    return scheduler.next({1});
  }

  testing::told<hedged<pull_scheduler>> scheduler;
};

/// Hands out tests in batches of so many.
template <std::size_t N>
struct so_many_at_once {
  void open(std::span<work_item const> items, schedule_limits const&) {
    for (auto const& item : items) { waiting_tests.push_back(item.test); }
  }
  test_list next(slot_id) {
    auto const end = waiting_tests.begin() + static_cast<std::ptrdiff_t>(std::min(N, waiting()));
    test_list batch{waiting_tests.begin(), end};
    waiting_tests.erase(waiting_tests.begin(), end);
    return batch;
  }
  void again(test_index test, slot_id, batching) { waiting_tests.push_back(test); }
  [[nodiscard]] std::size_t waiting() const { return waiting_tests.size(); }
  void on(schedule_event const&) {}

  test_list waiting_tests;
};

TEST(HedgedScheduler, DoesNotCopyATestThatIsInTime) {
  one_test run{10s};

  EXPECT_EQ(run.copies_at(3s), test_list{});
}

TEST(HedgedScheduler, CopiesATestThatIsLate) {
  one_test run{10s};

  EXPECT_EQ(run.copies_at(25s), test_list{{0}});
}

TEST(HedgedScheduler, MakesOneCopyOnly) {
  one_test run{10s};
  (void)run.copies_at(25s);

  run.scheduler.at(100s);

  EXPECT_EQ(run.scheduler.next({2}), test_list{});
}

TEST(HedgedScheduler, DoesNotCopyInTheSlotThatRunsIt) {
  one_test run{10s};

  run.scheduler.at(25s);

  EXPECT_EQ(run.scheduler.next({0}), test_list{});
}

TEST(HedgedScheduler, DoesNotCopyWhatHasItsVerdict) {
  one_test run{10s};
  run.scheduler.decided({0});

  EXPECT_EQ(run.copies_at(25s), test_list{});
}

TEST(HedgedScheduler, CopiesAgainWhenTheCopyWasLost) {
  one_test run{10s};
  (void)run.copies_at(25s);
  run.scheduler.ended(test_list{{0}}, {1});

  EXPECT_EQ(run.copies_at(26s), test_list{{0}});
}

TEST(HedgedScheduler, CopiesNothingWhenItIsOff) {
  one_test run{10s, hedging::off};

  EXPECT_EQ(run.copies_at(1000s), test_list{});
}

TEST(HedgedScheduler, CopiesNothingWhereCopiesDisturbEachOther) {
  testing::told<hedged<pull_scheduler>> scheduler;
  scheduler.open(std::vector<work_item>{{.test = {0}, .file = {}, .expected = 10s}},
                 {.slots = 2, .cost = batch_cost::request, .copies = test_copies::forbidden});
  (void)scheduler.next({0});
  scheduler.started({0}, {0});
  scheduler.at(1000s);

  EXPECT_EQ(scheduler.next({1}), test_list{});
}

TEST(HedgedScheduler, DoesNotTakeAnUnknownTestThatIsLongForLate) {
  std::vector<work_item> items;
  for (std::uint32_t i = 0; i < 12; ++i) { items.push_back({.test = {i}, .file = {}}); }
  testing::told<hedged<so_many_at_once<6>>> scheduler;
  scheduler.open(items, {.slots = 2, .cost = batch_cost::request});
  scheduler.at(0s);
  for (auto const slot : {slot_id{0}, slot_id{1}}) {
    auto const batch = scheduler.next(slot);
    for (auto const test : batch) {
      if (test == test_index{11}) { break; }
      scheduler.finished(test, slot, seconds{0.4 * static_cast<double>(1 << test.value % 6)});
    }
    if (slot == slot_id{0}) { scheduler.ended(batch, slot); }
  }
  scheduler.started({11}, {1});

  scheduler.at(12s);
  EXPECT_EQ(scheduler.next({0}), test_list{}) << "others took as long";
}

TEST(HedgedScheduler, HandsOutWhatWaitsBeforeAnyCopy) {
  std::vector<work_item> const items{{.test = {0}, .file = {}, .expected = 10s},
                                     {.test = {1}, .file = {}, .expected = 1s}};
  testing::told<hedged<pull_scheduler>> scheduler;
  scheduler.open(items, {.slots = 2, .cost = batch_cost::request});
  (void)scheduler.next({0});
  scheduler.started({0}, {0});
  scheduler.at(100s);

  EXPECT_EQ(scheduler.next({1}), test_list{{1}});
}

TEST(HedgedScheduler, SharesTheRestOfABatchWithAnIdleSlot) {
  std::vector<work_item> items;
  for (std::uint32_t i = 0; i < 8; ++i) {
    items.push_back({.test = {i}, .file = {}, .expected = 1s});
  }
  testing::told<hedged<so_many_at_once<8>>> scheduler;
  scheduler.open(items, {.slots = 2, .cost = batch_cost::request});
  scheduler.at(0s);
  (void)scheduler.next({0});
  scheduler.started({0}, {0});

  EXPECT_EQ(scheduler.next({1}), (test_list{{5}, {6}, {7}})) << "the other end of it";
}

TEST(HedgedScheduler, CopiesFromASlotThatHasShownToBeSlow) {
  std::vector<work_item> items;
  for (std::uint32_t i = 0; i < 12; ++i) {
    items.push_back({.test = {i}, .file = {}, .expected = 10s});
  }
  auto const copies_after = [&](seconds each) {
    testing::told<hedged<so_many_at_once<6>>> scheduler;
    scheduler.open(items, {.slots = 2, .cost = batch_cost::request});
    scheduler.at(0s);
    (void)scheduler.next({0});
    auto const others = scheduler.next({1});
    for (auto const test : others) { scheduler.finished(test, {1}, 10s); }
    scheduler.ended(others, {1});
    for (std::uint32_t i = 0; i < 5; ++i) { scheduler.finished({i}, {0}, each); }
    scheduler.started({5}, {0});
    scheduler.at(1s);
    return scheduler.next({1});
  };

  EXPECT_EQ(copies_after(10s), test_list{}) << "of a slot that is as good as others";
  EXPECT_EQ(copies_after(30s), test_list{{5}}) << "the test has only begun, but it will take long";
}

TEST(DurationEstimates, LearnsUnknownDurationsFromTheFile) {
  std::vector<work_item> const items{{.test = {0}, .file = "slow"},
                                     {.test = {1}, .file = "slow"},
                                     {.test = {2}, .file = "quick"},
                                     {.test = {3}, .file = "quick"}};
  duration_estimates known;
  known.open(items);
  EXPECT_EQ(known.expected({1}), 1s) << "nothing is known";

  known.finished({0}, {0}, 9s);
  known.finished({2}, {1}, 1s);

  EXPECT_GT(known.expected({1}), known.expected({3}));
  EXPECT_FALSE(known.is_known({1}));
}

TEST(DurationEstimates, DoesNotTakeOneLongTestForASlowSlot) {
  std::vector<work_item> const items{{.test = {0}, .file = {}, .expected = 1s},
                                     {.test = {1}, .file = {}, .expected = 1s}};
  duration_estimates known;
  known.open(items);

  known.finished({0}, {0}, 60s);

  EXPECT_LT(known.speed_of({0}).straggler, 0.5);
}

TEST(DurationEstimates, SaysNothingOfASlotBySpeedOfTheWholeRun) {
  std::vector<work_item> items;
  for (std::uint32_t i = 0; i < 40; ++i) {
    items.push_back({.test = {i}, .file = {}, .expected = 1s});
  }
  duration_estimates known;
  known.open(items);

  for (std::uint32_t i = 0; i < 39; ++i) { known.finished({i}, {i % 3}, 2s); }

  EXPECT_NEAR(known.speed_of({0}).usual, 1, 0.1);
  EXPECT_NEAR(known.expected({39}).count(), 2, 0.2) << "everything is slower today";
}

// Every member compiles with the least scheduler.
static_assert(Scheduler<hedged<testing::scheduler_archetype>>);

}  // namespace
}  // namespace offload
