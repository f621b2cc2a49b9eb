// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/scheduler/packed_tests.hpp>
#include <offload/scheduler/pull.hpp>
#include <offload/scheduler/simulation.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

/// Batches that cost time: each starts a command, or loads files.
namespace offload {
namespace {

using namespace std::chrono_literals;

work_item timed_test(std::uint32_t index, std::string_view file,
                     std::optional<seconds> expected = {}) {
  return {.test = {index}, .file = file, .expected = expected, .id_bytes = 20};
}

/// How many batches have tests of each file; the files are numbers from 0 on.
std::vector<std::size_t> loads(std::vector<work_item> const& items, schedule_limits const& limits) {
  pull_scheduler scheduler;
  scheduler.open(items, limits);
  std::vector<std::size_t> count(10);
  for (std::uint32_t turn = 0; scheduler.waiting() > 0; ++turn) {
    std::set<std::string_view> files;
    for (auto const t : scheduler.next({turn % 3})) { files.insert(items[t.value].file); }
    for (auto const file : files) { ++count[static_cast<std::size_t>(file[0] - '0')]; }
  }
  return count;
}

/// 20 tests in each of 10 files.
std::vector<work_item> ten_files(std::optional<seconds> expected) {
  static constexpr std::string_view names = "0123456789";
  std::vector<work_item> items;
  for (std::uint32_t i = 0; i < 200; ++i) {
    items.push_back(timed_test(i, names.substr(i / 20, 1), expected));
  }
  return items;
}

TEST(PackedTests, LoadsAFileOnceWhereThatCostsSomething) {
  schedule_limits const limits{.slots = 3, .cost = batch_cost::request, .file_cost = seconds{0.15}};

  for (auto const& expected : {std::optional<seconds>{}, std::optional<seconds>{1ms}}) {
    EXPECT_EQ(loads(ten_files(expected), limits), std::vector<std::size_t>(10, 1));
  }
}

TEST(PackedTests, PartsAFileThatTakesMuchLongerThanItsLoading) {
  schedule_limits const limits{.slots = 3, .cost = batch_cost::request, .file_cost = seconds{0.15}};
  auto items = ten_files(10ms);
  for (std::uint32_t i = 0; i < 20; ++i) { items[i].expected = 0.5s; }

  EXPECT_GT(loads(items, limits)[0], 1u);
}

TEST(PackedTests, CountsTheLoadingOfFilesWhenItSharesOutTheWork) {
  pull_scheduler scheduler;
  scheduler.open(ten_files(1ms), {.slots = 2, .file_cost = seconds{0.15}});

  EXPECT_EQ(scheduler.next({0}).size(), 100u) << "five of ten files";
}

TEST(PackedTests, HoldsToTheLimitsOfABatchWhateverAFileCosts) {
  schedule_limits const limits{.slots = 3, .tests_per_batch = 1, .file_cost = seconds{0.15}};

  EXPECT_EQ(loads(ten_files(1ms), limits), std::vector<std::size_t>(10, 20));
}

/// A suite, and the world in which it runs.
struct trial {
  std::vector<seconds> takes{};
  std::vector<std::string> files{};
  std::size_t slots = 2;
  seconds batch{};
  seconds file{};
  bool starts_each_batch = false;  ///< whatever the limits say

  struct outcome {
    seconds makespan{};
    std::size_t batches{};
  };

  /// `expected`: what is known of each test; empty: nothing.
  [[nodiscard]] outcome run(std::vector<seconds> const& expected,
                            schedule_limits limits = {}) const {
    std::vector<work_item> items;
    for (std::uint32_t i = 0; i < takes.size(); ++i) {
      items.push_back(timed_test(i, files[i]));
      if (!expected.empty()) { items.back().expected = expected[i]; }
    }
    limits.slots = slots;
    simulation const plan{.items = items,
                          .limits = limits,
                          .slots = std::vector<simulated_slot>(slots),
                          .worker_start = starts_each_batch ? seconds{} : batch + file,
                          .hand_out = starts_each_batch ? batch + file : seconds{},
                          .next_file = file,
                          .attempt = [this](test_index test, unsigned) {
                            return simulated_attempt{takes[test.value]};
                          }};
    pull_scheduler scheduler;
    auto const done = simulate(scheduler, plan);
    EXPECT_EQ(done.undecided, 0U);
    return {done.makespan, done.batches};
  }
};

trial same(std::size_t tests, seconds each, std::size_t of_a_file = 10) {
  trial made{.takes = std::vector<seconds>(tests, each)};
  for (std::size_t i = 0; i < tests; ++i) {
    made.files.push_back("file " + std::to_string(i / of_a_file));
  }
  return made;
}

TEST(PackedTests, AreOneBatchForEachSlotWhereACommandTakesLong) {
  auto suite = same(120, 20ms);
  suite.slots = 4;
  suite.batch = 1s;

  for (auto const& known : {std::vector<seconds>{}, suite.takes}) {
    auto const done = suite.run(known);
    EXPECT_EQ(done.batches, 4U);
    EXPECT_NEAR(done.makespan.count(), 1.6, 0.05);
  }
}

TEST(PackedTests, AreManyBatchesWhereACommandStartsAtOnce) {
  auto suite = same(2000, 20ms);
  suite.batch = 1ms;
  std::mt19937 random{3};
  for (auto& each : suite.takes) { each *= std::lognormal_distribution<double>{0, 1.5}(random); }

  EXPECT_GT(suite.run(suite.takes, {.start_up = 1ms}).batches, 8U);
}

TEST(PackedTests, BeginWhenRequestsTurnOutToCostTime) {
  auto suite = same(120, 5ms);
  suite.slots = 4;
  suite.batch = 800ms;
  suite.starts_each_batch = true;
  schedule_limits const warm{.cost = batch_cost::request};

  for (auto const& known : {std::vector<seconds>{}, suite.takes}) {
    EXPECT_LE(suite.run(known, warm).batches, 30U);
  }
  suite.starts_each_batch = false;
  EXPECT_GT(suite.run({}, warm).batches, 20U) << "a start of the worker is no cost of each batch";
}

TEST(PackedTests, OfAFirstRunComeFromManyFiles) {
  auto suite = same(400, 10ms, 20);
  for (std::uint32_t i = 100; i < 120; ++i) { suite.takes[i] = 2s; }
  suite.slots = 10;
  suite.batch = 50ms;

  EXPECT_LT(suite.run({}).makespan, 25s) << "not all long ones in a batch";
}

TEST(PackedTests, LearnWhatABatchAndAFileCost) {
  batch_costs costs;
  costs.open({.cost = batch_cost::process});
  seconds now{};
  for (std::uint32_t files = 1; files <= 20; ++files) {
    std::array const batch{test_index{files}};
    costs.handed_out({0}, batch, files, now);
    now += 300ms + files * 100ms + 5s;
    costs.finished({0}, 5s, now);
    costs.ended({0}, batch, now);
  }

  EXPECT_TRUE(costs.are_measured());
  EXPECT_NEAR(costs.of_batch().count(), 0.3, 0.05);
  EXPECT_NEAR(costs.of_file().count(), 0.1, 0.01);
}

TEST(PackedTests, LearnFromTheFirstResultOfABatchThatGoesOn) {
  batch_costs costs;
  costs.open({.cost = batch_cost::process});
  std::array const batch{test_index{0}, test_index{1}};
  costs.handed_out({0}, batch, 1, 0s);

  costs.finished({0}, 1s, 4s);

  EXPECT_FALSE(costs.are_measured());
  EXPECT_EQ(costs.of_batch(), 3s);
}

TEST(PackedTests, LearnNothingFromBatchesThatWereCutShort) {
  batch_costs costs;
  costs.open({.start_up = 1s});
  std::array const batch{test_index{0}, test_index{1}};
  costs.handed_out({0}, batch, 1, 0s);
  costs.finished({0}, 1s, 2s);
  costs.ended({0}, batch, 90s);
  costs.ended({1}, batch, 90s);

  EXPECT_FALSE(costs.are_measured());
}

TEST(PackedTests, OfOneLargeFileAreNotOneBatchEach) {
  auto suite = same(1500, 2ms, 1500);
  suite.file = 1s;
  schedule_limits const limits{.cost = batch_cost::request, .file_cost = seconds{0.15}};

  for (auto const& known : {std::vector<seconds>{}, suite.takes}) {
    EXPECT_LE(suite.run(known, limits).batches, 4U);
  }
}

/// Random suites, costs and slots. Knowledge that is right makes no run longer, and knowledge that
/// is wrong not much.
TEST(PackedTests, AreNotSlowerForWhatIsKnown) {
  std::mt19937 random{17};
  auto const any_of = [&](auto... all) {
    std::array const choice{seconds{all}...};
    return choice[random() % choice.size()];
  };
  double log_right = 0;
  double log_wrong = 0;
  constexpr int runs = 300;
  for (int i = 0; i < runs; ++i) {
    trial suite;
    auto const tests = 20 + random() % 600;
    auto const spread = 0.2 + static_cast<double>(random() % 15) / 10;
    std::lognormal_distribution<double> length{-3, spread};
    for (std::size_t file = 0; suite.takes.size() < tests; ++file) {
      for (auto left = 1 + random() % 40; left > 0; --left) {
        suite.takes.emplace_back(length(random));
        suite.files.push_back("file " + std::to_string(file));
      }
    }
    suite.slots = std::array<std::size_t, 4>{2, 4, 16, 64}[random() % 4];
    suite.batch = any_of(0ms, 50ms, 300ms, 1000ms, 5000ms);
    suite.file = any_of(0ms, 0ms, 100ms, 1000ms);
    auto stale = suite.takes;
    for (auto& each : stale) { each *= std::lognormal_distribution<double>{0, 0.7}(random); }

    auto const unknown = suite.run({}).makespan;
    schedule_limits const learned{.start_up = suite.batch, .file_cost = suite.file};
    auto const right = suite.run(suite.takes, learned).makespan;
    auto const wrong = suite.run(stale, learned).makespan;

    log_right += std::log(right / unknown) / runs;
    log_wrong += std::log(wrong / unknown) / runs;
    EXPECT_LT(right / unknown, 1.35)
        << suite.takes.size() << " tests, " << suite.slots << " slots, " << suite.batch.count()
        << ", " << suite.file.count();
    EXPECT_LT(wrong / unknown, 2.5) << suite.takes.size() << " tests, " << suite.slots << " slots, "
                                    << suite.batch.count() << ", " << suite.file.count();
  }
  EXPECT_LT(std::exp(log_right), 1.0) << "on average";
  EXPECT_LT(std::exp(log_wrong), 1.1) << "on average";
}

}  // namespace
}  // namespace offload
