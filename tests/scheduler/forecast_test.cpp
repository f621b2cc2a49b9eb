// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/scheduler/forecast.hpp>

#include <gtest/gtest.h>

namespace offload {
namespace {

using namespace std::chrono_literals;

std::vector<work_item> tests_of(std::vector<seconds> const& durations) {
  std::vector<work_item> items;
  for (std::uint32_t i = 0; i < durations.size(); ++i) {
    items.push_back({.test = {i}, .file = {}, .expected = durations[i]});
  }
  return items;
}

TEST(Forecast, KnowsTheBound) {
  auto const items = tests_of({6s, 2s, 2s, 2s});

  EXPECT_EQ(forecast_run(items, 4, {.start_up = 1s}).bound, 7s) << "the longest test";
  EXPECT_EQ(forecast_run(items, 1, {.start_up = 1s}).bound, 13s) << "all of them";
  EXPECT_EQ(total_work(items).useful_slots(), 2);
}

TEST(Forecast, IsNearTheSumWithOneSlot) {
  std::vector<seconds> const durations(400, 1s);
  auto const run = forecast_run(tests_of(durations), 1, {.start_up = 2s});

  EXPECT_NEAR(run.makespan.count(), 402, 12);
  EXPECT_NEAR(run.use, 1, 0.02);
}

TEST(Forecast, IsTheSameEachTime) {
  auto const items = tests_of(std::vector<seconds>(50, 1s));

  EXPECT_EQ(forecast_run(items, 7, {}).makespan, forecast_run(items, 7, {}).makespan);
}

TEST(Forecast, GetsShorterAndLessUsedWithMoreSlots) {
  auto const items = tests_of(std::vector<seconds>(100, 1s));
  auto const few = forecast_run(items, 5, {.start_up = 1s});
  auto const many = forecast_run(items, 50, {.start_up = 1s});

  EXPECT_LT(many.makespan, few.makespan / 4);
  EXPECT_LT(many.use, few.use);
}

TEST(Forecast, SpreadsSandboxesAsEarlierOnes) {
  forecast_place const place{.sandbox_starts = {1s, 2s, 3s}};

  EXPECT_EQ(sandbox_ready_times(1, place), std::vector<seconds>{2s});
  EXPECT_EQ(sandbox_ready_times(3, place), (std::vector<seconds>{1s, 2s, 3s}));
  auto const many = sandbox_ready_times(600, place);
  EXPECT_NEAR(many.front().count(), 0.5, 0.01) << "the shortest of many is shorter";
  EXPECT_NEAR(many.back().count(), 3.5, 0.01);
  EXPECT_EQ(sandbox_ready_times(2, {.sandbox_starts = {1s}}), (std::vector<seconds>{1s, 1s}));
}

TEST(Forecast, WaitsForTheListing) {
  forecast_place const place{.sandbox_starts = {1s, 2s, 3s}, .listing = 2.5s};

  EXPECT_EQ(sandbox_ready_times(3, place), (std::vector<seconds>{2.5s, 2.5s, 3s}));
}

TEST(Forecast, CountsWhatIsLearned) {
  auto const items = tests_of({1s, 1s, 1s, 1s});
  forecast_place const place{
      .start_up = 0.5s, .sandbox_starts = {3s}, .next_batch = 0.1s, .scatter = 0, .hedges = false};

  auto const run = forecast_run(items, 1, place);

  EXPECT_NEAR(run.makespan.count(), 3 + 0.5 + 4 + 3 * 0.1, 1e-9) << "each is a batch of its own";
  EXPECT_NEAR(run.alive.count(), run.makespan.count() - 3, 1e-9);
  EXPECT_NEAR(run.bound.count(), 3 + 0.5 + 4, 1e-9);
}

TEST(Forecast, StartsACommandWithEachBatchWhereThereIsNoWorker) {
  auto items = tests_of(std::vector<seconds>(100, 10ms));
  forecast_place place{.start_up = 1s, .scatter = 0, .hedges = false};
  auto const with_a_worker = forecast_run(items, 1, place);
  place.cost = batch_cost::process;
  auto const by_one_command = forecast_run(items, 1, place);
  for (auto& item : items) { item.together = batching::alone; }
  auto const by_many_commands = forecast_run(items, 1, place);

  EXPECT_NEAR(with_a_worker.makespan.count(), 1 + 1, 1e-9);
  EXPECT_NEAR(by_one_command.makespan.count(), 1 + 1, 1e-9);
  EXPECT_NEAR(by_many_commands.makespan.count(), 100 + 1, 1e-9);
}

TEST(Forecast, NamesLongPolesAndWhatTheyCost) {
  auto const poles = long_poles(tests_of({1s, 10s, 6s, 1s}), 6);

  ASSERT_EQ(poles.size(), 2u);
  EXPECT_EQ(poles[0].test, test_index{1});
  EXPECT_EQ(poles[0].costs, 4s) << "down to the next";
  EXPECT_EQ(poles[1].test, test_index{2});
  EXPECT_EQ(poles[1].costs, 3s) << "down to a slot's share";
}

TEST(Forecast, HasNoLongPolesWithOneSlot) {
  EXPECT_TRUE(long_poles(tests_of({1s, 10s}), 1).empty());
}

}  // namespace
}  // namespace offload
