// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/scheduler/simulation.hpp>

#include <offload/scheduler/divided.hpp>
#include <offload/scheduler/hedged.hpp>
#include <offload/scheduler/pull.hpp>

#include <gtest/gtest.h>

#include <utility>
#include <vector>

// Small runs, worked out by hand.
namespace offload {
namespace {

using namespace std::chrono_literals;

/// Tests of these durations, which are known beforehand.
struct small_run {
  explicit small_run(std::vector<seconds> takes, std::size_t slots) : durations{std::move(takes)} {
    for (std::uint32_t i = 0; i < durations.size(); ++i) {
      items.push_back({.test = {i}, .file = {}, .expected = durations[i]});
    }
    plan.items = items;
    plan.limits = {.slots = slots, .cost = batch_cost::request};
    plan.slots.resize(slots);
    plan.attempt = [this](test_index test, unsigned) {
      return simulated_attempt{durations[test.value]};
    };
  }

  std::vector<seconds> durations;
  std::vector<work_item> items;
  simulation plan;
};

TEST(Simulation, EndsAtOnceWithoutTests) {
  small_run nothing{{}, 2};
  pull_scheduler scheduler;

  auto const run = simulate(scheduler, nothing.plan);

  EXPECT_EQ(run.makespan, 0s);
  EXPECT_EQ(run.undecided, 0u);
}

/// Gives everything at once.
struct all_in_one {
  std::vector<test_index> tests;
  void open(std::span<work_item const> items, schedule_limits const&) {
    for (auto const& item : items) { tests.push_back(item.test); }
  }
  std::vector<test_index> next(slot_id) { return std::exchange(tests, {}); }
  void again(test_index, slot_id, batching) {}
  [[nodiscard]] std::size_t waiting() const { return tests.size(); }
  void on(schedule_event const&) {}
};

TEST(Simulation, PausesBetweenTheTestsOfABatch) {
  small_run three{{1s, 1s, 1s}, 1};
  three.items[2].file = "another";
  three.plan.next_test = 0.25s;
  three.plan.next_file = 2s;
  all_in_one scheduler;

  auto const run = simulate(scheduler, three.plan);

  EXPECT_EQ(run.makespan, 5.25s);
  EXPECT_EQ(run.busy, 3s);
}

TEST(Simulation, RunsTestsOneAfterTheOtherInASlot) {
  small_run three{{3s, 2s, 1s}, 1};
  pull_scheduler scheduler;

  auto const run = simulate(scheduler, three.plan);

  EXPECT_EQ(run.makespan, 6s);
  EXPECT_EQ(run.busy, 6s);
  ASSERT_EQ(run.trace.size(), 3u);
  EXPECT_EQ(run.trace[0].test, test_index{0});
  EXPECT_EQ(run.trace[2].began, 5s);
}

TEST(Simulation, PutsTheLongestTestBesideTheOthers) {
  small_run four{{3s, 1s, 1s, 1s}, 2};
  lpt_scheduler scheduler;

  EXPECT_EQ(simulate(scheduler, four.plan).makespan, 3s);
}

TEST(Simulation, StartsAWorkerOnceInASlot) {
  small_run two{{1s, 1s}, 1};
  two.plan.worker_start = 2s;
  pull_scheduler scheduler;

  auto const run = simulate(scheduler, two.plan);

  EXPECT_EQ(run.makespan, 4s);
  EXPECT_EQ(run.starting, 2s);
}

TEST(Simulation, StartsAProcessForEachBatchWhereThereAreNoWorkers) {
  small_run two{{1s, 1s}, 1};
  two.plan.worker_start = 2s;
  two.plan.limits.cost = batch_cost::process;
  two.plan.limits.tests_per_batch = 1;
  pull_scheduler scheduler;

  EXPECT_EQ(simulate(scheduler, two.plan).makespan, 6s);
}

TEST(Simulation, WaitsForSlotsThatComeUpLaterAndForSlowOnes) {
  small_run two{{2s, 2s}, 2};
  two.plan.slots[0].slowness = 2;
  two.plan.slots[1].up_after = 10s;
  pull_scheduler scheduler;

  auto const run = simulate(scheduler, two.plan);

  EXPECT_EQ(run.makespan, 8s) << "the slow one has done both";
}

TEST(Simulation, RetriesWhatHasFailedElsewhere) {
  small_run two{{4s, 1s}, 2};
  two.plan.retries = [](test_index) { return 1u; };
  two.plan.attempt = [](test_index test, unsigned nth) {
    return simulated_attempt{test.value == 0 ? 4s : 1s, test.value == 0 || nth > 0};
  };
  pull_scheduler scheduler;

  auto const run = simulate(scheduler, two.plan);

  EXPECT_EQ(run.undecided, 0u);
  EXPECT_EQ(run.makespan, 4s);
  EXPECT_EQ(run.in_retries, 1s);
  EXPECT_EQ(run.trace.size(), 3u);
}

TEST(Simulation, GivesUpWhenTheSchedulerLosesATest) {
  struct forgetful : pull_scheduler {
    std::vector<test_index> next(slot_id) { return {}; }
  };
  small_run one{{1s}, 1};
  forgetful scheduler;

  EXPECT_EQ(simulate(scheduler, one.plan).undecided, 1u);
}

TEST(Simulation, CancelsTheCopyThatIsLater) {
  // Expected to take a second; in the first slot it takes a hundred times as long.
  small_run one{{1s, 1s}, 2};
  one.plan.slots[0].slowness = 100;
  hedged<pull_scheduler> scheduler;

  auto const run = simulate(scheduler, one.plan);

  EXPECT_LT(run.makespan, 6s);
  ASSERT_EQ(run.trace.size(), 3u);
  EXPECT_EQ(run.trace[2].how, execution_end::cancelled);
  EXPECT_EQ(run.trace[2].slot, slot_id{0});
  EXPECT_GT(run.in_vain, 1s);
}

TEST(Simulation, RunsTheWholeOfALateBatchWithoutHedging) {
  small_run one{{1s, 1s}, 2};
  one.plan.slots[0].slowness = 100;
  hedged<pull_scheduler> scheduler{{}, hedging::off};

  EXPECT_EQ(simulate(scheduler, one.plan).makespan, 100s);
}

}  // namespace
}  // namespace offload
