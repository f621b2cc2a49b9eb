// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/scheduler/constrained.hpp>

#include <offload/scheduler/pull.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <random>
#include <set>

#include "scheduler/told.hpp"

namespace offload {
namespace {

using namespace std::chrono_literals;
using indices = std::vector<std::uint32_t>;
using testing::values;
using scheduler_under_test = testing::told<constrained<pull_scheduler>>;

static_assert(Scheduler<scheduler_under_test>);

std::vector<std::string> const database{"database"};
std::vector<std::string> const network{"network"};
std::vector<std::string> const both{"network", "database"};

work_item free_test(std::uint32_t index, std::optional<seconds> expected = {}) {
  return {.test = {index}, .file = {}, .expected = expected, .id_bytes = 20};
}

work_item locked_test(std::uint32_t index, std::vector<std::string> const& locks,
                      std::optional<seconds> expected = {}) {
  auto item = free_test(index, expected);
  item.locks = locks;
  return item;
}

work_item exclusive_test(std::uint32_t index, std::optional<seconds> expected = {}) {
  auto item = free_test(index, expected);
  item.machine = exclusivity::exclusive;
  return item;
}

work_item later_test(std::uint32_t index, std::vector<test_index> after,
                     std::optional<seconds> expected = {}) {
  auto item = free_test(index, expected);
  item.after = std::move(after);
  return item;
}

scheduler_under_test opened(std::vector<work_item> const& items, std::size_t slots = 2) {
  scheduler_under_test scheduler;
  scheduler.open(items, {.slots = slots});
  return scheduler;
}

void end(scheduler_under_test& scheduler, std::vector<test_index> const& tests) {
  for (auto const test : tests) { scheduler.decided(test); }
  scheduler.ended(tests, {0});
}

TEST(ConstrainedScheduler, LeavesARunWithoutConstraintsToTheOther) {
  std::vector<work_item> items;
  for (std::uint32_t i = 0; i < 500; ++i) { items.push_back(free_test(i, 1ms * (i % 70))); }
  auto wrapped = opened(items, 3);
  pull_scheduler plain;
  plain.open(items, {.slots = 3});

  for (std::uint32_t slot = 0; plain.waiting() > 0; slot = (slot + 1) % 3) {
    EXPECT_EQ(wrapped.waiting(), plain.waiting());
    EXPECT_EQ(values(wrapped.next({slot})), values(plain.next({slot})));
  }
  EXPECT_EQ(wrapped.waiting(), 0u);
}

TEST(ConstrainedScheduler, GivesALockToOneAtATime) {
  auto scheduler = opened(
      {locked_test(0, database, 9s), locked_test(1, network, 5s), locked_test(2, both, 1s)}, 3);

  auto const first = scheduler.next({0});
  auto const second = scheduler.next({1});
  EXPECT_EQ(values(first), indices{0});
  EXPECT_EQ(values(second), indices{1});
  EXPECT_TRUE(scheduler.next({2}).empty());

  end(scheduler, first);
  EXPECT_TRUE(scheduler.next({0}).empty()) << "the network is still taken";
  end(scheduler, second);
  EXPECT_EQ(values(scheduler.next({2})), indices{2});
}

TEST(ConstrainedScheduler, RunsTestsOfTheSameLockInOneBatch) {
  std::vector<work_item> items;
  for (std::uint32_t i = 0; i < 4; ++i) { items.push_back(locked_test(i, database, 4ms)); }
  auto scheduler = opened(items);

  EXPECT_EQ(values(scheduler.next({0})), (indices{0, 1, 2, 3}));
}

TEST(ConstrainedScheduler, FillsTheOtherSlotsWithFreeTests) {
  auto scheduler =
      opened({locked_test(0, database, 3s), locked_test(1, database, 3s), free_test(2, 2s)});

  EXPECT_EQ(values(scheduler.next({0})), indices{0});
  EXPECT_EQ(values(scheduler.next({1})), indices{2});
}

TEST(ConstrainedScheduler, PutsALongFreeTestBeforeAShortLockedOne) {
  auto scheduler = opened({locked_test(0, database, 1s), free_test(1, 60s)});

  EXPECT_EQ(values(scheduler.next({0})), indices{1});
  EXPECT_EQ(values(scheduler.next({0})), indices{0});
}

TEST(ConstrainedScheduler, RunsAnExclusiveTestWhileNothingElseDoes) {
  auto scheduler = opened({free_test(0, 50s), exclusive_test(1, 1s), free_test(2, 40s)});

  auto const exclusive = scheduler.next({0});
  EXPECT_EQ(values(exclusive), indices{1});
  EXPECT_TRUE(scheduler.next({1}).empty());
  end(scheduler, exclusive);
  EXPECT_EQ(values(scheduler.next({1})), indices{0});
  EXPECT_EQ(values(scheduler.next({0})), indices{2});
}

TEST(ConstrainedScheduler, HoldsAnExclusiveTestBackUntilTheOthersHaveEnded) {
  auto scheduler = opened({free_test(0, 5s), exclusive_test(1, 1s)});
  auto const exclusive = scheduler.next({0});
  scheduler.again({1}, {0}, batching::alone);
  scheduler.ended(exclusive, {0});
  auto const free = scheduler.next({0});
  ASSERT_EQ(values(free), indices{0}) << "the retry goes elsewhere if it can";

  EXPECT_TRUE(scheduler.next({1}).empty());

  end(scheduler, free);
  EXPECT_EQ(values(scheduler.next({1})), indices{1});
}

TEST(ConstrainedScheduler, WaitsUntilWhatComesBeforeIsDecided) {
  auto scheduler = opened({later_test(0, {{1}, {2}}, 9s), free_test(1, 1s), free_test(2, 2s)});
  auto const first = scheduler.next({0});
  auto const second = scheduler.next({1});
  ASSERT_EQ(values(first), indices{2});
  ASSERT_EQ(values(second), indices{1});

  end(scheduler, first);
  scheduler.again({1}, {1}, batching::alone);
  scheduler.ended(second, {0});
  auto const retry = scheduler.next({0});
  EXPECT_EQ(values(retry), indices{1}) << "a retry is not a verdict";
  end(scheduler, retry);

  EXPECT_EQ(values(scheduler.next({0})), indices{0});
}

TEST(ConstrainedScheduler, BeginsWithWhatALongChainWaitsFor) {
  auto scheduler = opened(
      {free_test(0, 3s), free_test(1, 1s), later_test(2, {{1}}, 4s), later_test(3, {{2}}, 1s)});

  EXPECT_EQ(values(scheduler.next({0})), indices{1});
}

TEST(ConstrainedScheduler, DropsADecidedTest) {
  auto scheduler = opened({free_test(0), later_test(1, {{0}}), later_test(2, {{1}})});
  auto const first = scheduler.next({0});
  ASSERT_EQ(scheduler.waiting(), 2u);

  scheduler.decided({0});
  scheduler.decided({1});
  scheduler.ended(first, {0});

  EXPECT_EQ(scheduler.waiting(), 1u);
  EXPECT_EQ(values(scheduler.next({0})), indices{2});
}

TEST(ConstrainedScheduler, CutsACircleAlwaysAtTheSamePlace) {
  std::vector<work_item> const items{later_test(0, {{3}}), later_test(1, {{2}}),
                                     later_test(2, {{3}}), later_test(3, {{1}})};
  std::vector<indices> orders;
  for (int i = 0; i < 2; ++i) {
    auto scheduler = opened(items, 1);
    auto& order = orders.emplace_back();
    while (scheduler.waiting() > 0) {
      auto const tests = scheduler.next({0});
      ASSERT_FALSE(tests.empty());
      for (auto const t : tests) { order.push_back(t.value); }
      end(scheduler, tests);
    }
  }

  EXPECT_EQ(orders[0], orders[1]);
  // 3 -> 1 -> 2 -> 3 is the circle; 0 is not part of it and keeps waiting for 3.
  auto const place = [&](std::uint32_t test) { return std::ranges::find(orders[0], test); };
  EXPECT_LT(place(3), place(0));
}

TEST(ConstrainedScheduler, GivesARetryOnItsOwnToAnotherSlot) {
  auto scheduler = opened({locked_test(0, database, 5ms), locked_test(1, database, 5ms)});
  auto const first = scheduler.next({0});
  ASSERT_EQ(first.size(), 2u);
  scheduler.again({0}, {0}, batching::alone);
  scheduler.again({1}, {0}, batching::shared);
  scheduler.ended(first, {0});

  auto const retry = scheduler.next({1});

  EXPECT_EQ(values(retry), indices{0});
  end(scheduler, retry);
  EXPECT_EQ(values(scheduler.next({0})), indices{1}) << "better here again than nowhere";
}

TEST(ConstrainedScheduler, CountsNoEndThatItDidNotBegin) {
  auto scheduler = opened({exclusive_test(0, 1s), free_test(1, 5s)});
  auto const exclusive = scheduler.next({0});
  scheduler.again({0}, {0}, batching::alone);
  scheduler.ended(exclusive, {0});
  auto const free = scheduler.next({0});
  end(scheduler, free);

  scheduler.ended(free, {0});  // of a copy of it, which came from elsewhere

  EXPECT_EQ(values(scheduler.next({1})), indices{0});
}

/// Runs tests on simulated slots and holds each step to what the tests ask for.
class virtual_run {
 public:
  virtual_run(std::vector<work_item> items, std::size_t slots, std::uint32_t seed)
      : items_{std::move(items)}, slots_(slots), random_{seed} {
    scheduler_.open(items_, {.slots = slots});
  }

  void to_the_end() {
    while (decided_.size() < items_.size()) {
      give_work();
      auto const running = busy();
      ASSERT_FALSE(running.empty()) << scheduler_.waiting() << " wait, and nothing runs";
      finish(running[random_() % running.size()]);
      if (::testing::Test::HasFailure()) { return; }
    }
    EXPECT_EQ(scheduler_.waiting(), 0u);
  }

 private:
  struct slot {
    std::vector<test_index> tests{};
  };

  std::vector<std::uint32_t> busy() const {
    std::vector<std::uint32_t> list;
    for (std::uint32_t i = 0; i < slots_.size(); ++i) {
      if (!slots_[i].tests.empty()) { list.push_back(i); }
    }
    return list;
  }

  void give_work() {
    for (std::uint32_t i = 0; i < slots_.size(); ++i) {
      if (!slots_[i].tests.empty()) { continue; }
      auto const waiting = scheduler_.waiting();
      slots_[i].tests = scheduler_.next({i});
      EXPECT_EQ(scheduler_.waiting(), waiting - slots_[i].tests.size());
      for (auto const test : slots_[i].tests) { check(test, i); }
    }
  }

  void check(test_index test, std::uint32_t in) {
    auto const& item = items_[test.value];
    EXPECT_FALSE(decided_.contains(test));
    EXPECT_EQ(asked_to_run_.count(test), 0u) << "handed out twice";
    asked_to_run_.insert(test);
    for (auto const earlier : item.after) { EXPECT_TRUE(decided_.contains(earlier)); }
    for (auto const other : busy()) {
      if (other == in) { continue; }
      EXPECT_EQ(item.machine, exclusivity::shared);
      for (auto const running : slots_[other].tests) {
        auto const& other_item = items_[running.value];
        EXPECT_EQ(other_item.machine, exclusivity::shared);
        for (auto const& lock : item.locks) {
          EXPECT_EQ(std::ranges::find(other_item.locks, lock), other_item.locks.end());
        }
      }
    }
  }

  void finish(std::uint32_t in) {
    auto const tests = std::exchange(slots_[in].tests, {});
    for (auto const test : tests) {
      asked_to_run_.erase(test);
      if (random_() % 5 == 0) {
        scheduler_.again(test, {in}, random_() % 2 == 0 ? batching::alone : batching::shared);
      } else {
        decided_.insert(test);
        scheduler_.decided(test);
      }
    }
    scheduler_.ended(tests, {in});
  }

  std::vector<work_item> items_;
  std::vector<slot> slots_;
  std::mt19937 random_;
  scheduler_under_test scheduler_;
  std::set<test_index> decided_;
  std::set<test_index> asked_to_run_;
};

std::vector<work_item> random_tests(std::uint32_t seed, bool durations) {
  static std::array<std::vector<std::string>, 4> const some_locks{{{}, {"a"}, {"b"}, {"a", "b"}}};
  std::mt19937 random{seed};
  std::vector<work_item> items;
  auto const count = 1 + random() % 60;
  for (std::uint32_t i = 0; i < count; ++i) {
    auto item = free_test(i);
    if (durations) { item.expected = 1ms * (random() % 2000); }
    if (random() % 3 == 0) { item.locks = some_locks[random() % some_locks.size()]; }
    if (random() % 12 == 0) { item.machine = exclusivity::exclusive; }
    if (random() % 10 == 0) { item.together = batching::alone; }
    for (auto left = random() % 4; left > 1 && i > 0; --left) {
      item.after.push_back({static_cast<std::uint32_t>(random() % i)});
    }
    items.push_back(item);
  }
  return items;
}

TEST(ConstrainedScheduler, KeepsEveryPromiseInRandomRuns) {
  for (std::uint32_t seed = 0; seed < 400 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    virtual_run run{random_tests(seed, seed % 2 == 0), 1 + seed % 7, seed};
    run.to_the_end();
  }
}

}  // namespace
}  // namespace offload
