// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/runner/runner.hpp>
#include <offload/scheduler/constrained.hpp>
#include <offload/scheduler/default_scheduler.hpp>
#include <offload/scheduler/hedged.hpp>
#include <offload/scheduler/pull.hpp>
#include <offload/scheduler/shard.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "runner/fakes.hpp"

// Tests of a unit stay together, whatever the scheduler and the sandboxes are.
namespace offload::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

/// A test "unit.name" belongs to that unit, and to a dependent one if it begins with "dep".
class framework_with_units : public scripted_framework {
 public:
  struct listing_reader {
    void feed(stream from, std::string_view bytes, framework_event_sink const& emit) {
      inner.feed(from, bytes, emit);
    }
    void finish(exit_status status, framework_event_sink const& emit) {
      inner.finish(status, [&](framework_event said) {
        if (auto* test = std::get_if<test_listed>(&said)) {
          auto const dot = test->id.value.find('.');
          if (dot != std::string::npos) {
            test->unit = {test->id.value.substr(0, dot), test->id.value.starts_with("dep")};
          }
        }
        emit(std::move(said));
      });
    }
    scripted_framework::listing_reader inner;
  };

  using scripted_framework::scripted_framework;
  [[nodiscard]] listing_reader discovery_reader(discovery_job const& job) const {
    return {scripted_framework::discovery_reader(job)};
  }
};

struct attempt_reporter {
  void on(run_event const& event) {
    match(
        event,
        [&](attempt_ended const& one) {
          auto const& id = one.what.report.id.value;
          attempts.push_back(id);
          batches[id].push_back(one.what.batch.value);
        },
        [&](sandbox_came_up const&) { ++created; });
  }
  std::vector<std::string> attempts{};
  std::map<std::string, std::vector<std::uint32_t>> batches{};
  int created = 0;
};

class Units : public ::testing::TestWithParam<bool> {
 protected:
  using parts = std::map<std::string, std::string>;

  template <class Scheduler>
  run_outcome run_with(Scheduler scheduler, parts const& tests) {
    played = std::make_shared<script>(tests);
    runner everything{scripted_provider{played},
                      framework_with_units{played, GetParam(), properties}, std::move(scheduler),
                      attempt_reporter{}};
    run_settings settings{.groups = {{.name = "all", .retry_count = retries}}, .max_parallel = 4};
    settings.already_passed = passed;
    auto outcome = everything.run(settings);
    EXPECT_TRUE(outcome) << to_string(outcome.error());
    seen = std::get<0>(everything.reporters());
    return outcome ? std::move(*outcome) : run_outcome{};
  }
  run_outcome run(parts const& tests) { return run_with(pull_scheduler{}, tests); }

  static std::map<std::string, verdict> verdicts(run_outcome const& outcome) {
    std::map<std::string, verdict> all;
    for (auto const& record : outcome.tests) { all.emplace(record.test.id.value, record.ended); }
    return all;
  }

  unsigned retries = 1;
  framework_properties properties{};
  std::unordered_set<test_id> passed{};
  std::shared_ptr<script> played;
  attempt_reporter seen;
};

/// 30 tests on their own, and three units of five.
std::map<std::string, std::string> many_tests() {
  std::map<std::string, std::string> tests;
  for (int i = 0; i < 30; ++i) { tests[fmt::format("single{}", i)] = "pass"; }
  for (auto const* unit : {"dep", "one", "two"}) {
    for (int i = 0; i < 5; ++i) { tests[fmt::format("{}.{}", unit, i)] = "pass"; }
  }
  return tests;
}

void expect_units_together(attempt_reporter const& seen) {
  for (auto const* unit : {"dep", "one", "two"}) {
    auto const first = fmt::format("{}.0", unit);
    auto const at = std::ranges::find(seen.attempts, first);
    ASSERT_NE(at, seen.attempts.end());
    std::vector<std::string> in_order;
    std::ranges::copy_if(seen.attempts, std::back_inserter(in_order),
                         [&](std::string const& id) { return id.starts_with(first.substr(0, 4)); });
    EXPECT_TRUE(std::ranges::is_sorted(in_order)) << ::testing::PrintToString(in_order);
    for (auto const& id : in_order) { EXPECT_EQ(seen.batches.at(id), seen.batches.at(first)); }
  }
}

TEST_P(Units, RunInOneBatchAndInOrder) {
  auto const outcome = run(many_tests());

  EXPECT_EQ(exit_code(outcome.summary()), 0);
  expect_units_together(seen);
}

TEST_P(Units, FillNoBatchBeyondTheLargestThatTheFrameworkTakes) {
  properties.largest_batch = 6;

  auto const outcome = run(many_tests());

  EXPECT_EQ(exit_code(outcome.summary()), 0);
  expect_units_together(seen);
  std::map<std::uint32_t, std::size_t> sizes;
  for (auto const& [id, batches] : seen.batches) { ++sizes[batches.front()]; }
  for (auto const& [batch, size] : sizes) { EXPECT_LE(size, 6U) << batch; }
}

TEST_P(Units, StayTogetherWithAWorkerForEachTest) {
  properties.workers = worker_lifetime::test;

  auto const outcome = run_with(constrained{hedged{pull_scheduler{}, hedging::on}}, many_tests());

  EXPECT_EQ(exit_code(outcome.summary()), 0);
  expect_units_together(seen);
  EXPECT_EQ(seen.batches.at("single0").size(), 1U);
}

TEST_P(Units, StayTogetherWithAnyScheduler) {
  EXPECT_EQ(exit_code(run_with(default_scheduler{}, many_tests()).summary()), 0);
  expect_units_together(seen);
}

TEST_P(Units, RepeatOnlyWhatFailedIfItsTestsDoNotDependOnEachOther) {
  auto const outcome =
      run({{"one.0", "pass"}, {"one.1", "flaky"}, {"one.2", "pass"}, {"x", "pass"}});

  EXPECT_EQ(verdicts(outcome).at("one.1"), verdict::flaky);
  EXPECT_EQ(played->runs("one.0"), 1);
  EXPECT_EQ(played->runs("one.1"), 2);
  EXPECT_EQ(played->runs("one.2"), 1);
}

/// A second time beside the first would disturb it.
TEST_P(Units, RepeatNothingBeforeTheirBatchIsOver) {
  run({{"one.0", "flaky"}, {"one.1", "flaky"}, {"one.2", "pass"}});

  EXPECT_THAT(seen.attempts, ElementsAre("one.0", "one.1", "one.2", "one.0", "one.1"));
  EXPECT_EQ(seen.batches["one.0"], seen.batches["one.1"]);
}

TEST_P(Units, RepeatWhatCameBeforeIfTheirTestsDependOnEachOther) {
  auto const outcome = run({{"dep.0", "pass"}, {"dep.1", "flaky"}, {"dep.2", "pass"}});

  EXPECT_EQ(verdicts(outcome), (std::map<std::string, verdict>{{"dep.0", verdict::passed},
                                                               {"dep.1", verdict::flaky},
                                                               {"dep.2", verdict::passed}}));
  EXPECT_EQ(played->runs("dep.0"), 2);
  EXPECT_THAT(seen.batches["dep.0"], SizeIs(1)) << "the second time does not count";
}

/// As pytest-dependency skips what depends on a failed test.
TEST_P(Units, RunWhatWasSkippedAgainWithTheTestThatItDependsOn) {
  auto const outcome = run({{"dep.0", "flaky"}, {"dep.1", "skip once"}, {"dep.2", "skip once"}});

  EXPECT_EQ(verdicts(outcome), (std::map<std::string, verdict>{{"dep.0", verdict::flaky},
                                                               {"dep.1", verdict::passed},
                                                               {"dep.2", verdict::passed}}));
}

TEST_P(Units, SkipForGoodWhatDependsOnATestThatFails) {
  auto const outcome = run({{"dep.0", "fail"}, {"dep.1", "skip"}});

  EXPECT_EQ(verdicts(outcome), (std::map<std::string, verdict>{{"dep.0", verdict::failed},
                                                               {"dep.1", verdict::skipped}}));
  EXPECT_EQ(played->runs("dep.1"), 2);
}

TEST_P(Units, GoOnAfterATestThatEndsItsProcess) {
  auto const outcome = run({{"dep.0", "pass"}, {"dep.1", "die"}, {"dep.2", "pass"}});

  EXPECT_EQ(verdicts(outcome), (std::map<std::string, verdict>{{"dep.0", verdict::passed},
                                                               {"dep.1", verdict::failed},
                                                               {"dep.2", verdict::passed}}));
}

/// Or the run would have no end.
TEST_P(Units, GiveUpWhereWhatPassedKeepsTheOthersFromRunning) {
  auto const outcome = run({{"dep.0", "die later"}, {"dep.1", "flaky"}, {"dep.2", "pass"}});

  EXPECT_EQ(verdicts(outcome).at("dep.1"), verdict::failed);
  EXPECT_EQ(exit_code(outcome.summary()), 1);
}

/// A skip would hide what it does when the test that it depends on passes.
TEST_P(Units, DoNotTrustASkipBehindATestThatPassedBeforeAndNotNow) {
  auto const outcome =
      run({{"dep.0", "fail later"}, {"dep.1", "flaky"}, {"dep.2", "skip"}, {"x", "pass"}});

  EXPECT_EQ(verdicts(outcome).at("dep.0"), verdict::passed);
  EXPECT_EQ(verdicts(outcome).at("dep.1"), verdict::failed);
  EXPECT_EQ(verdicts(outcome).at("dep.2"), verdict::not_run);
  auto const last = std::ranges::find(outcome.tests, "dep.2",
                                      [](test_record const& one) { return one.test.id.value; });
  EXPECT_THAT(last->reason, HasSubstr("`dep.0`, which it may need, ended well before and not now"));
}

TEST_P(Units, DoNotTrustAPassBehindATestThatPassedBeforeAndNotNow) {
  auto const outcome = run({{"dep.0", "fail later"}, {"dep.1", "flaky"}});

  EXPECT_EQ(verdicts(outcome).at("dep.1"), verdict::failed);
}

TEST_P(Units, RepeatASkippedTestToo) {
  run({{"dep.0", "skip"}, {"dep.1", "flaky"}});

  EXPECT_EQ(played->runs("dep.0"), 2) << "an expected failure is one, and has left state";
}

/// It passes because the test before it failed.
TEST_P(Units, CountNoPassBehindAFailedTest) {
  auto const outcome = run({{"dep.0", "flaky"}, {"dep.1", "fail later"}});

  EXPECT_EQ(verdicts(outcome).at("dep.0"), verdict::flaky);
  EXPECT_EQ(verdicts(outcome).at("dep.1"), verdict::failed);
}

TEST_P(Units, CountAsOneWhereSandboxesAreCreated) {
  run({{"one.0", "pass"}, {"one.1", "pass"}, {"one.2", "pass"}, {"one.3", "pass"}});

  EXPECT_EQ(seen.created, 1);
}

TEST_P(Units, RunWholeWhereOneOfThemDidNotPassLastTime) {
  passed = {{"dep.0"}, {"dep.2"}, {"one.0"}, {"x"}};

  auto const outcome = run({{"dep.0", "pass"},
                            {"dep.1", "pass"},
                            {"dep.2", "pass"},
                            {"one.0", "pass"},
                            {"one.1", "pass"},
                            {"x", "pass"}});

  EXPECT_THAT(outcome.tests, SizeIs(4));
  EXPECT_FALSE(verdicts(outcome).contains("one.0"));
  EXPECT_FALSE(verdicts(outcome).contains("x"));
}

TEST_P(Units, OfLostSandboxesRunAgainTogether) {
  auto const outcome =
      run({{"one.0", "pass"}, {"one.1", "gone"}, {"one.2", "pass"}, {"x", "pass"}});

  EXPECT_EQ(exit_code(outcome.summary()), 0);
  EXPECT_EQ(seen.batches["one.1"], seen.batches["one.2"]);
}

INSTANTIATE_TEST_SUITE_P(Commands, Units, ::testing::Values(false));
INSTANTIATE_TEST_SUITE_P(Workers, Units, ::testing::Values(true));

TEST(UnitsOfShards, AreNotDivided) {
  std::vector<test_case> tests;
  for (int i = 0; i < 40; ++i) {
    tests.push_back({.id = {fmt::format("t{}", i)}, .place = {fmt::format("f{}", i), 1}});
    if (i % 8 == 0) { tests.back().unit = {"u"}; }
  }

  for (std::size_t number = 1; number <= 4; ++number) {
    auto const mine = tests_of_shard(tests, {number, 4});
    auto const members = std::ranges::count_if(
        mine, [&](test_index test) { return !tests[test.value].unit.name.empty(); });
    EXPECT_TRUE(members == 0 || members == 5) << members;
  }
}

}  // namespace
}  // namespace offload::testing
