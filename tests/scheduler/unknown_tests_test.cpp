// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/scheduler/unknown_tests.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <random>
#include <string>
#include <vector>

namespace offload {
namespace {

using namespace std::chrono_literals;

std::vector<unknown_tests::found_test> tests_without_files(std::uint32_t count) {
  std::vector<unknown_tests::found_test> tests;
  for (std::uint32_t i = 0; i < count; ++i) { tests.push_back({{i}, {}}); }
  return tests;
}

test_index take(unknown_tests& tests) {
  auto const from = tests.choose();
  auto const test = tests.first(from);
  tests.take_first(from);
  return test;
}

/// Runs one test after the other; those from 48 to 55 are long. Returns the order.
std::vector<std::uint32_t> order_with_long_ones(std::uint32_t count) {
  auto const is_long = [](std::uint32_t test) { return test >= 48 && test < 56; };
  unknown_tests tests;
  tests.open(tests_without_files(count), 4);
  std::vector<std::uint32_t> order;
  while (tests.count() > 0) {
    auto const test = take(tests);
    order.push_back(test.value);
    tests.finished(test, {0}, is_long(test.value) ? 60s : 1s);
  }
  return order;
}

TEST(UnknownTests, HoldsNothingWhenThereIsNothing) {
  unknown_tests tests;
  tests.open({}, 4);

  EXPECT_EQ(tests.count(), 0u);
  EXPECT_EQ(tests.left(), 0s);
}

TEST(UnknownTests, GivesEachTestOnce) {
  std::mt19937 random{7};
  for (std::uint32_t const count : {1u, 3u, 17u, 100u, 999u}) {
    for (std::size_t const slots : {1u, 2u, 5u, 64u}) {
      unknown_tests tests;
      tests.open(tests_without_files(count), slots);
      std::vector<std::uint32_t> given;
      while (tests.count() > 0) {
        auto const test = take(tests);
        given.push_back(test.value);
        tests.started(test, {0});
        if (random() % 3 != 0) { tests.finished(test, {0}, seconds{double(random() % 100)}); }
      }
      EXPECT_NEAR(tests.left().count(), 0, 1e-6);

      std::ranges::sort(given);
      std::vector<std::uint32_t> all(count);
      std::iota(all.begin(), all.end(), 0u);
      EXPECT_EQ(given, all);
    }
  }
}

TEST(UnknownTests, KeepsTheOrderOfDiscoveryForOneSlot) {
  unknown_tests tests;
  tests.open(tests_without_files(20), 1);

  for (std::uint32_t i = 0; i < 20; ++i) { EXPECT_EQ(take(tests).value, i); }
}

TEST(UnknownTests, LooksAtEachPartOfTheListFirst) {
  unknown_tests tests;
  tests.open(tests_without_files(240), 4);

  std::vector<std::uint32_t> first_ones;
  for (int i = 0; i < 24; ++i) { first_ones.push_back(take(tests).value / 10); }

  EXPECT_EQ(first_ones[1], 16u) << "far from the first";
  std::ranges::sort(first_ones);
  EXPECT_EQ(std::ranges::adjacent_find(first_ones), first_ones.end()) << "one of ten each";
}

TEST(UnknownTests, TakesWhatSeemsToBeLongSoonAfterTheFirstLongOne) {
  auto const order = order_with_long_ones(240);

  auto const last_long = std::ranges::find_if(order.rbegin(), order.rend(),
                                              [](auto test) { return test >= 48 && test < 56; });
  auto const place = std::distance(order.begin(), last_long.base()) - 1;
  EXPECT_LT(place, 80) << "24 to see all stretches, then every second one of both that hold some";
}

TEST(UnknownTests, LooksElsewhereAsWell) {
  auto const order = order_with_long_ones(240);

  auto const far_away = std::count_if(order.begin() + 24, order.begin() + 44,
                                      [](auto test) { return test < 20 || test >= 90; });
  EXPECT_GE(far_away, 6) << "of twenty, ten are in turn";
}

TEST(UnknownTests, LearnsFromATestThatStillRuns) {
  unknown_tests tests;
  tests.open(tests_without_files(240), 4);
  tests.at(0s);
  for (std::uint32_t i = 0; i < 24; ++i) {
    auto const test = take(tests);
    if (test.value == 50) {
      tests.started(test, {1});
    } else {
      tests.finished(test, {0}, 1s);
    }
  }
  tests.at(100s);

  std::vector<std::uint32_t> next{take(tests).value, take(tests).value};
  EXPECT_TRUE(std::ranges::find(next, 51u) != next.end());
}

TEST(UnknownTests, ForgetsAGuessWhenTheTestHasEnded) {
  unknown_tests tests;
  tests.open(tests_without_files(40), 2);
  tests.at(0s);
  auto const first = take(tests);
  tests.started(first, {0});
  for (int i = 0; i < 9; ++i) { tests.finished(take(tests), {1}, 1s); }
  tests.at(50s);
  (void)take(tests);
  (void)take(tests);
  (void)take(tests);
  tests.finished(first, {0}, 1s);

  EXPECT_NEAR(tests.left().count(), static_cast<double>(tests.count()), 1e-6);
}

TEST(UnknownTests, EndsAStretchWithItsFile) {
  auto found = tests_without_files(48);
  std::vector<std::string> const names{"a", "b", "c"};
  for (auto& each : found) { each.file = names[each.test.value / 16]; }
  unknown_tests tests;
  tests.open(found, 1);  // 48 in one stretch, whatever their file

  EXPECT_EQ(take(tests).value, 0u);
  tests.open(found, 2);  // twelve stretches of four
  std::vector<std::uint32_t> begins;
  for (int i = 0; i < 6; ++i) { begins.push_back(take(tests).value); }
  std::ranges::sort(begins);
  EXPECT_EQ(begins, (std::vector<std::uint32_t>{0, 8, 16, 24, 32, 40}));
}

}  // namespace
}  // namespace offload
