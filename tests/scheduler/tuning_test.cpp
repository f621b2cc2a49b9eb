// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/scheduler/constrained.hpp>
#include <offload/scheduler/forecast.hpp>
#include <offload/scheduler/hedged.hpp>
#include <offload/scheduler/pull.hpp>
#include <offload/scheduler/shard.hpp>
#include <offload/scheduler/simulation.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

// A simulation tells good values of a scheduler's constants from bad ones.
namespace offload {
namespace {

using namespace std::chrono_literals;

/// Tests of these durations in ten slots. To hand out a batch takes 50 ms.
struct suite {
  explicit suite(std::vector<seconds> takes, bool known = true) : durations{std::move(takes)} {
    for (std::uint32_t i = 0; i < durations.size(); ++i) {
      items.push_back({.test = {i}, .file = {}});
      if (known) { items.back().expected = durations[i]; }
    }
  }

  template <Scheduler S>
  [[nodiscard]] seconds makespan(S scheduler) const {
    auto const run = simulate(scheduler, {.items = items,
                                          .limits = {.slots = slots.size(), .cost = cost},
                                          .slots = slots,
                                          .hand_out = 50ms,
                                          .attempt = [&](test_index test, unsigned) {
                                            return simulated_attempt{durations[test.value]};
                                          }});
    EXPECT_EQ(run.undecided, 0u);
    return run.makespan;
  }

  std::vector<seconds> durations;
  std::vector<work_item> items;
  std::vector<simulated_slot> slots{10};
  batch_cost cost = batch_cost::request;
};

/// From 10 to 40 ms.
std::vector<seconds> short_tests() {
  std::vector<seconds> takes;
  for (int i = 0; i < 3000; ++i) { takes.push_back(10ms + (i * 7 % 31) * 1ms); }
  return takes;
}

/// The value with the shortest makespan.
template <class MakespanOf>
double best_of(std::vector<double> const& values, MakespanOf makespan_of) {
  return *std::ranges::min_element(values, {}, makespan_of);
}

TEST(PullTuning, IsSearchedForTheBestSizeOfBatches) {
  suite tests{short_tests()};
  tests.slots.back().slowness = 3;
  auto const makespan_of = [&](double shares) {
    return tests.makespan(pull_scheduler{{.shares_of_requests = shares}});
  };

  EXPECT_EQ(best_of({0.25, 2, 6, 1000}, makespan_of), 2);
  EXPECT_GT(makespan_of(0.25), 3 * makespan_of(2)) << "too much for the slow slot";
  EXPECT_GT(makespan_of(1000), 2 * makespan_of(2)) << "a batch a test";
}

TEST(PullTuning, IsKeptWhenTheSchedulerIsOpenedAgain) {
  suite const tests{short_tests()};
  pull_scheduler scheduler{{.shares_of_requests = 1}};
  auto const first_batch = [&] {
    scheduler.open(tests.items, {.slots = 10, .cost = batch_cost::request});
    return scheduler.next({0}).size();
  };

  EXPECT_EQ(first_batch(), first_batch());
  EXPECT_GT(first_batch(), tests.items.size() / 11);
}

TEST(UnknownTestsTuning, OfAFirstRunThatLearnsNothingIsWorse) {
  std::vector<seconds> takes(400, 0.1s);
  std::fill(takes.begin() + 300, takes.begin() + 320, 5s);
  suite const tests{takes, false};
  auto const makespan_of = [&](double weight) {
    return tests.makespan(pull_scheduler{{.unknown = {.weight_of_run = weight}}});
  };

  EXPECT_LT(makespan_of(3), makespan_of(1e9)) << "as if all stretches were alike";
}

TEST(HedgedTuning, ThatAsksTooMuchOfACopyIsWorse) {
  suite tests{std::vector<seconds>(10, 10s)};
  tests.slots.back().slowness = 6;
  auto const makespan_of = [&](hedged_tuning const& tuning) {
    return tests.makespan(hedged{pull_scheduler{}, hedging::on, tuning});
  };

  EXPECT_LT(makespan_of({}), 40s);
  EXPECT_GT(makespan_of({.fair_part_of_known = 1e9}), 60s);
  EXPECT_GT(makespan_of({.most_places = 1}), 60s);
  EXPECT_LT(makespan_of({}), makespan_of({.estimates = {.stragglers = 1e-9}}))
      << "whoever expects no slow slots finds them later";
}

TEST(ConstrainedTuning, IsSearchedForTheBestSizeOfBatches) {
  suite tests{short_tests()};
  std::vector<std::string> const locks{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};
  for (std::size_t i = 0; i < tests.items.size(); ++i) {
    tests.items[i].locks = std::span{locks}.subspan(i % locks.size(), 1);
  }
  auto const makespan_of = [&](double shares) {
    return tests.makespan(constrained{pull_scheduler{}, {.shares = shares}});
  };

  EXPECT_EQ(best_of({1, 2.5, 1000}, makespan_of), 1) << "a lock's tests in one batch";
  EXPECT_GT(makespan_of(1000), 2 * makespan_of(1)) << "a batch a test";
}

TEST(ShardTuning, SaysWhichFilesAreParted) {
  std::vector<test_case> tests(4);
  for (std::size_t i = 0; i < tests.size(); ++i) {
    tests[i].id = {std::to_string(i)};
    tests[i].place.file = "all.py";
  }

  EXPECT_EQ(tests_of_shard(tests, {1, 2}).size(), 2u);
  EXPECT_EQ(tests_of_shard(tests, {1, 2}, {.largest_file = 2}).size(), 4u);
}

TEST(ForecastTuning, SaysWhatUnknownTestsTake) {
  suite const tests{std::vector<seconds>(10), false};

  EXPECT_EQ(total_work(tests.items).sum, 10s);
  EXPECT_EQ(total_work(tests.items, {.unknown_duration = 3s}).sum, 30s);
}

}  // namespace
}  // namespace offload
