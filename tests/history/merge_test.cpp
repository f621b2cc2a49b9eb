// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/history/history.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

#include "histories.hpp"

namespace offload {
namespace {

using testing::config_name;
using testing::grown;
using testing::sample;

history_key const key_of_t{config_name, "t"};

test_history of(std::uint64_t attempts, std::vector<history_sample> passed,
                std::vector<history_sample> failed = {}) {
  return {.attempts = attempts,
          .failures = failed.size(),
          .last_run = passed.empty() ? "" : passed.back().run,
          .passed = std::move(passed),
          .failed = std::move(failed)};
}

history holding(test_history value) {
  history all;
  all.put(key_of_t, std::move(value));
  return all;
}

/// Calls `check(base, ours, theirs, third)` with many histories that have grown from one.
template <class Check>
void with_random_histories(Check check) {
  for (unsigned seed = 1; seed <= 300; ++seed) {
    std::mt19937 random{seed};
    auto const base = grown({}, random, static_cast<int>(seed % 4));
    auto const shared = grown(base, random, static_cast<int>(seed % 3));
    auto const ours = grown(shared, random, static_cast<int>(random() % 3));
    auto const theirs = grown(seed % 2 == 0 ? shared : base, random, 1);
    auto const third = grown(base, random, static_cast<int>(random() % 4));
    SCOPED_TRACE("seed " + std::to_string(seed));
    check(base, ours, theirs, third);
    if (::testing::Test::HasFailure()) { return; }
  }
}

TEST(MergedHistory, DoesNotDependOnTheSide) {
  with_random_histories([](auto const& base, auto const& ours, auto const& theirs, auto const&) {
    EXPECT_EQ(merged(base, ours, theirs).text(), merged(base, theirs, ours).text());
    EXPECT_EQ(merged({}, ours, theirs).text(), merged({}, theirs, ours).text());
  });
}

TEST(MergedHistory, ChangesNothingTheSecondTime) {
  with_random_histories([](auto const& base, auto const& ours, auto const& theirs, auto const&) {
    auto const once = merged(base, ours, theirs);
    EXPECT_EQ(merged(base, once, once).text(), once.text());
    EXPECT_EQ(merged(base, ours, ours).text(), ours.text());

    auto const together = merged({}, ours, theirs);
    EXPECT_EQ(merged({}, together, theirs).text(), together.text());
    EXPECT_EQ(merged({}, together, ours).text(), together.text());
  });
}

TEST(MergedHistory, DoesNotDependOnTheOrder) {
  with_random_histories([](auto const&, auto const& ours, auto const& theirs, auto const& third) {
    auto const left = merged({}, merged({}, ours, theirs), third);
    auto const right = merged({}, ours, merged({}, theirs, third));
    EXPECT_EQ(left.text(), right.text());
  });
}

TEST(MergedHistory, LosesNoSample) {
  with_random_histories([](auto const& base, auto const& ours, auto const& theirs, auto const&) {
    auto const all = merged(base, ours, theirs);
    for (auto const* side : {&ours, &theirs}) {
      side->each([&](history_key const& at, test_history const& one) {
        auto const* found = all.find(at);
        ASSERT_NE(found, nullptr);
        for (auto const& each : one.passed) {
          EXPECT_NE(std::ranges::find(found->passed, each), found->passed.end());
        }
        for (auto const& each : one.failed) {
          EXPECT_NE(std::ranges::find(found->failed, each), found->failed.end());
        }
      });
    }
  });
}

TEST(MergedHistory, CountsEveryAttemptOnceWhileAllAreRemembered) {
  with_random_histories([](auto const& base, auto const& ours, auto const& theirs, auto const&) {
    for (auto const& all : {merged(base, ours, theirs), merged({}, ours, theirs)}) {
      all.each([](history_key const&, test_history const& one) {
        EXPECT_EQ(one.attempts, one.passed.size() + one.failed.size());
        EXPECT_EQ(one.failures, one.failed.size());
      });
    }
  });
}

TEST(MergedHistory, StaysBounded) {
  std::mt19937 random{7};
  history all;
  for (int i = 0; i < 30; ++i) {
    all = merged({}, all, grown({}, random, 5, 3));
    all.each([](history_key const&, test_history const& one) {
      EXPECT_LE(one.passed.size(), merge_capacity);
      EXPECT_LE(one.failed.size(), merge_capacity);
    });
  }
}

TEST(MergedHistory, AddsWhatBothSidesHaveCountedSinceTheBase) {
  // More attempts than are remembered: 10 before, 2 here and 3 there, of which one is the same.
  auto const old = sample("old", 1, 1.0);
  auto const same = sample("same", 2, 1.0);
  auto const base = of(10, {old});
  auto const ours = of(12, {old, same, sample("ours", 3, 1.0)});
  auto const theirs = of(13, {old, same, sample("them", 4, 1.0), sample("more", 5, 1.0)});

  auto const both = merged(base, ours, theirs);

  EXPECT_EQ(both.attempts, 14U);
  EXPECT_EQ(both.passed.size(), 5U);
  EXPECT_EQ(both.last_run, "more");
}

TEST(MergedHistory, KeepsAttemptsOfOneRunApart) {
  auto const first = sample("run", 1, 1.0);
  auto const second = sample("run", 1, 2.0);

  auto const both = merged(of(2, {first, second}), of(2, {first, sample("x", 1, 1.0)}));

  EXPECT_EQ(both.passed.size(), 3U);
  EXPECT_EQ(merged(of(2, {first, first}), of(1, {first})).passed.size(), 2U);
}

TEST(MergedHistory, KeepsTheLargerReservoir) {
  std::vector<history_sample> many;
  for (int i = 0; i < 50; ++i) { many.push_back(sample("r", i, 1.0)); }

  auto const both = merged(of(50, many), of(1, {sample("new", 100, 1.0)}));

  EXPECT_EQ(both.passed.size(), 50U);
  EXPECT_EQ(both.passed.back().run, "new");
}

TEST(MergedHistory, LeavesARemovedTestOut) {
  auto const base = holding(of(1, {sample("old", 1, 1.0)}));

  EXPECT_TRUE(merged(base, base, {}).empty());
  EXPECT_TRUE(merged(base, {}, base).empty());
}

TEST(MergedHistory, BringsARemovedTestBackWhenItHasRunSince) {
  auto const base = holding(of(1, {sample("old", 1, 1.0)}));
  auto const ours = holding(of(2, {sample("old", 1, 1.0), sample("new", 2, 1.0)}));

  EXPECT_EQ(merged(base, ours, {}).text(), ours.text());
  EXPECT_EQ(merged(base, {}, ours).text(), ours.text());
}

TEST(MergedHistory, DoesNotTakeADamagedLineForARemovedTest) {
  auto const base = holding(of(1, {sample("old", 1, 1.0)}));
  auto const theirs = history::parse("{\"k\":[\"offload.to\n");

  auto const both = merged(base, base, theirs);

  EXPECT_EQ(both.size(), 1U);
  ASSERT_EQ(both.damaged().size(), 1U);
  EXPECT_EQ(both.damaged()[0].text, "{\"k\":[\"offload.to");
}

TEST(MergedHistory, DropsADamagedLineThatOneSideHasRepaired) {
  auto const broken = history::parse("broken\n");

  EXPECT_TRUE(merged(broken, broken, {}).damaged().empty());
  EXPECT_EQ(merged(broken, broken, broken).damaged().size(), 1U);
  EXPECT_EQ(merged({}, broken, broken).damaged().size(), 1U);
}

}  // namespace
}  // namespace offload
