// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/runner/start_limit.hpp>

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace offload {
namespace {

TEST(StartLimit, IsAtLeastAMinute) {
  run_settings const settings{.batch_timeout = seconds{3}};
  EXPECT_EQ(start_limit{settings}.value(), seconds{60});
}

TEST(StartLimit, IsAsLongAsABatchMayTake) {
  run_settings const settings{.batch_timeout = seconds{900}};
  EXPECT_EQ(start_limit{settings}.value(), seconds{900});
}

TEST(StartLimit, GrowsWithTheLongestStartOfEarlierRuns) {
  run_settings const settings{.batch_timeout = seconds{3}, .longest_start = seconds{40}};
  EXPECT_EQ(start_limit{settings}.value(), seconds{200});
}

TEST(StartLimit, GrowsWithTheLongestStartOfThisRun) {
  run_settings const settings{.batch_timeout = seconds{3}, .longest_start = seconds{40}};
  start_limit limit{settings};

  limit.learn(seconds{30});
  EXPECT_EQ(limit.value(), seconds{200});
  limit.learn(seconds{50});
  limit.learn(seconds{1});

  EXPECT_EQ(limit.value(), seconds{250});
}

TEST(StartLimit, IsWhatTheUserSays) {
  run_settings const settings{.batch_timeout = seconds{900}, .start_timeout = seconds{2}};
  start_limit limit{settings};

  limit.learn(seconds{30});

  EXPECT_EQ(limit.value(), seconds{2});
}

TEST(StartLimit, LearnsFromManyThreads) {
  run_settings const settings{};
  start_limit limit{settings};
  {
    std::vector<std::jthread> threads;
    for (int first = 0; first < 4; ++first) {
      threads.emplace_back([&limit, first] {
        for (int took = first; took <= 1000; took += 4) { limit.learn(seconds{double(took)}); }
      });
    }
  }
  EXPECT_EQ(limit.value(), seconds{5000});
}

}  // namespace
}  // namespace offload
