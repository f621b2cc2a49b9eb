// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/scheduler/shard.hpp>

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>

namespace offload {
namespace {

using namespace std::chrono_literals;

std::vector<test_case> random_suite(std::uint32_t seed) {
  std::mt19937 random{seed};
  std::lognormal_distribution<> duration{0, 1.5};
  std::vector<test_case> tests;
  auto const count = random() % 300;
  for (std::uint32_t i = 0; i < count; ++i) {
    test_case test{.id = {fmt::format("test_{}", i)}};
    test.place.file = random() % 5 == 0 ? "" : fmt::format("file_{}", random() % 20);
    if (random() % 3 > 0) { test.expected = seconds{duration(random)}; }
    if (random() % 10 == 0) {
      test_constraints asked;
      if (random() % 2 == 0) { asked.locks.push_back(fmt::format("lock_{}", random() % 3)); }
      if (i > 0) { asked.after.push_back({fmt::format("test_{}", random() % i)}); }
      test.constraints = std::make_shared<test_constraints const>(asked);
    }
    tests.push_back(std::move(test));
  }
  return tests;
}

std::set<std::string> ids_of(std::vector<test_case> const& tests, shard which) {
  std::set<std::string> ids;
  for (auto const test : tests_of_shard(tests, which)) { ids.insert(tests[test.value].id.value); }
  return ids;
}

TEST(Shard, PartsAreDisjointAndComplete) {
  for (std::uint32_t seed = 0; seed < 100; ++seed) {
    auto const tests = random_suite(seed);
    std::size_t const count = 1 + seed % 9;
    std::vector<unsigned> seen(tests.size());
    for (std::size_t i = 1; i <= count; ++i) {
      for (auto const test : tests_of_shard(tests, {i, count})) { ++seen[test.value]; }
    }
    EXPECT_TRUE(std::ranges::all_of(seen, [](unsigned n) { return n == 1; })) << "seed " << seed;
  }
}

TEST(Shard, DoesNotDependOnTheOrderOfDiscovery) {
  for (std::uint32_t seed = 0; seed < 50; ++seed) {
    auto const tests = random_suite(seed);
    auto shuffled = tests;
    std::ranges::shuffle(shuffled, std::mt19937{seed});
    for (std::size_t i = 1; i <= 4; ++i) {
      EXPECT_EQ(ids_of(tests, {i, 4}), ids_of(shuffled, {i, 4})) << "seed " << seed;
    }
  }
}

TEST(Shard, KeepsTogetherWhatWaitsForEachOtherOrSharesALock) {
  for (std::uint32_t seed = 0; seed < 50; ++seed) {
    auto const tests = random_suite(seed);
    std::map<std::string, std::size_t> shard_of;
    for (std::size_t i = 1; i <= 5; ++i) {
      for (auto const& id : ids_of(tests, {i, 5})) { shard_of[id] = i; }
    }
    std::map<std::string, std::size_t> shard_of_lock;
    for (auto const& test : tests) {
      if (!test.constraints) { continue; }
      auto const mine = shard_of[test.id.value];
      for (auto const& id : test.constraints->after) { EXPECT_EQ(shard_of[id.value], mine); }
      for (auto const& lock : test.constraints->locks) {
        EXPECT_EQ(shard_of_lock.try_emplace(lock, mine).first->second, mine);
      }
    }
  }
}

std::vector<test_case> files_of_ten(std::size_t files) {
  std::vector<test_case> tests;
  for (std::size_t i = 0; i < files * 10; ++i) {
    test_case test{.id = {fmt::format("test_{}", i)}, .expected = 1s};
    test.place.file = fmt::format("file_{}", i / 10);
    tests.push_back(std::move(test));
  }
  return tests;
}

TEST(Shard, KeepsFilesTogether) {
  auto const tests = files_of_ten(20);
  for (std::size_t i = 1; i <= 3; ++i) {
    std::map<std::string, unsigned> files;
    for (auto const test : tests_of_shard(tests, {i, 3})) { ++files[tests[test.value].place.file]; }
    for (auto const& [file, count] : files) { EXPECT_EQ(count, 10u) << file; }
  }
}

TEST(Shard, PartsAFileThatWouldFillAShard) {
  auto const tests = files_of_ten(1);

  EXPECT_EQ(tests_of_shard(tests, {1, 2}).size(), 5u);
}

TEST(Shard, IsBalanced) {
  std::mt19937 random{1};
  std::lognormal_distribution<> duration{0, 1};
  std::vector<test_case> tests;
  seconds total{};
  for (int i = 0; i < 3000; ++i) {
    tests.push_back({.id = {fmt::format("test_{}", i)}, .expected = seconds{duration(random)}});
    tests.back().place.file = fmt::format("file_{}", i / 15);
    total += *tests.back().expected;
  }
  for (std::size_t i = 1; i <= 8; ++i) {
    seconds mine{};
    for (auto const test : tests_of_shard(tests, {i, 8})) { mine += *tests[test.value].expected; }
    EXPECT_NEAR(mine / (total / 8), 1, 0.02);
  }
}

TEST(Shard, IsReadFromText) {
  EXPECT_EQ(parse_shard("2/5"), (shard{2, 5}));
  EXPECT_EQ(parse_shard("1/1"), (shard{1, 1}));
}

TEST(Shard, SaysWhatIsWrongWithAText) {
  for (auto const* text :
       {"", "2", "2/", "/2", "0/3", "4/3", "a/b", "1/2/3", "-1/2", "1/2 ", "1/0"}) {
    auto const read = parse_shard(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().code, errc::invalid_usage);
    EXPECT_NE(read.error().message.find(fmt::format("`{}`", text)), std::string::npos);
  }
}

}  // namespace
}  // namespace offload
