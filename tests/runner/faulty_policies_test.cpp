// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/runner/runner.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runner/fakes.hpp"

// Mistakes in a policy of one's own end in an error or a red run: never in a hang, a crash or a
// green run.
namespace offload::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

/// Hands out all tests at once, or makes a mistake.
struct faulty_scheduler {
  enum class mistake { none, keeps_all, forgets_again, unknown_test };

  void open(std::span<work_item const> items, schedule_limits const& given) {
    limits = given;
    for (auto const& item : items) {
      left.push_back(item.test);
      ids.emplace_back(item.id);
    }
  }
  [[nodiscard]] std::vector<test_index> next(slot_id) {
    if (makes == mistake::keeps_all) { return {}; }
    if (makes == mistake::unknown_test && !left.empty()) { left.push_back({99}); }
    return std::exchange(left, {});
  }
  void again(test_index test, slot_id, batching) {
    if (makes != mistake::forgets_again) { left.push_back(test); }
  }
  [[nodiscard]] std::size_t waiting() const { return left.size(); }
  void on(schedule_event const&) {}

  mistake makes = mistake::none;
  schedule_limits limits{};
  std::vector<test_index> left{};
  std::vector<std::string> ids{};
};

struct warning_reporter {
  void on(run_event const& event) {
    match(
        event, [&](notice const& one) { texts.emplace_back(one.text); },
        [&](batch_began const& batch) { sizes.push_back(batch.tests); });
  }
  std::vector<std::string> texts{};
  std::vector<std::size_t> sizes{};
};

class FaultyScheduler : public ::testing::Test {
 protected:
  run_outcome run(faulty_scheduler::mistake what, std::map<std::string, std::string> parts,
                  framework_properties properties = {}) {
    auto const played = std::make_shared<script>(std::move(parts));
    runner everything{scripted_provider{played}, scripted_framework{played, false, properties},
                      faulty_scheduler{what}, warning_reporter{}};
    run_settings settings{.groups = {{.name = "all", .retry_count = 1}}, .max_parallel = 2};
    settings.longest_stall = 200ms;
    auto outcome = everything.run(settings);
    seen = std::get<0>(everything.reporters());
    EXPECT_TRUE(outcome) << to_string(outcome.error());
    return outcome ? std::move(*outcome) : run_outcome{};
  }

  static std::vector<verdict> verdicts(run_outcome const& outcome) {
    std::vector<verdict> all;
    for (auto const& record : outcome.tests) { all.push_back(record.ended); }
    return all;
  }

  warning_reporter seen;
};

TEST_F(FaultyScheduler, ThatHandsOutNothingEndsTheRun) {
  auto const outcome = run(faulty_scheduler::mistake::keeps_all, {{"a", "pass"}, {"b", "pass"}});

  EXPECT_THAT(verdicts(outcome), Each(verdict::not_run));
  EXPECT_EQ(outcome.ended, run_end::stopped_early);
  EXPECT_THAT(outcome.why_stopped, HasSubstr("the scheduler hands out no test"));
  EXPECT_EQ(exit_code(outcome.summary()), 1);
}

TEST_F(FaultyScheduler, ThatForgetsATestEndsTheRun) {
  auto const outcome =
      run(faulty_scheduler::mistake::forgets_again, {{"a", "flaky"}, {"b", "pass"}});

  EXPECT_THAT(verdicts(outcome), ElementsAre(verdict::failed, verdict::passed));
  EXPECT_EQ(exit_code(outcome.summary()), 1);
}

TEST_F(FaultyScheduler, ThatNamesAnUnknownTestIsWarnedOf) {
  auto const outcome = run(faulty_scheduler::mistake::unknown_test, {{"a", "pass"}});

  EXPECT_THAT(verdicts(outcome), Each(verdict::passed));
  EXPECT_THAT(seen.texts,
              ElementsAre(HasSubstr("the scheduler handed out a test that there is not")));
}

TEST_F(FaultyScheduler, ThatIgnoresTheLargestBatchGivesEachTestAResultOfItsOwn) {
  auto const outcome = run(faulty_scheduler::mistake::none,
                           {{"a", "pass"}, {"b", "fail"}, {"c", "pass"}}, {.largest_batch = 1});

  EXPECT_THAT(seen.sizes, Each(1U));
  EXPECT_THAT(verdicts(outcome), ElementsAre(verdict::passed, verdict::failed, verdict::passed));
  EXPECT_THAT(seen.texts, SizeIs(1));
  EXPECT_THAT(seen.texts,
              ElementsAre(HasSubstr("more than one test, the most that the framework takes")));
}

TEST(RunSettings, AreForAllTestsUnlessTheyNameGroups) {
  auto const played = std::make_shared<script>(std::map<std::string, std::string>{{"a", "pass"}});
  runner everything{scripted_provider{played}, scripted_framework{played, false}};

  auto const outcome = everything.run({});

  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->tests.size(), 1U);
}

/// Lists nothing, or for a group that there is not, or with a command without words.
struct faulty_framework : scripted_framework {
  enum class mistake { no_jobs, unknown_group, empty_listing, empty_command };

  explicit faulty_framework(mistake what)
      : scripted_framework{std::make_shared<script>(
                               std::map<std::string, std::string>{{"a", "pass"}}),
                           false},
        makes{what} {}

  [[nodiscard]] result<std::vector<discovery_job>> discovery(std::span<group const> groups,
                                                             run_context const& context) const {
    if (makes == mistake::no_jobs) { return std::vector<discovery_job>{}; }
    auto jobs = scripted_framework::discovery(groups, context);
    if (makes == mistake::unknown_group) { jobs->front().groups = {99}; }
    if (makes == mistake::empty_listing) { jobs->front().run.argv.clear(); }
    return jobs;
  }

  mistake makes;
};

error error_of_run(faulty_framework::mistake what) {
  auto const played = std::make_shared<script>(std::map<std::string, std::string>{{"a", "pass"}});
  runner everything{scripted_provider{played}, faulty_framework{what}};
  auto const outcome = everything.run({});
  EXPECT_FALSE(outcome);
  return outcome ? error{} : outcome.error();
}

TEST(FaultyFramework, ThatListsNothingIsAnError) {
  EXPECT_THAT(error_of_run(faulty_framework::mistake::no_jobs).message,
              HasSubstr("the framework has no command that lists tests"));
}

TEST(FaultyFramework, ThatListsForAGroupThatThereIsNotIsAnError) {
  EXPECT_THAT(error_of_run(faulty_framework::mistake::unknown_group).message,
              HasSubstr("test `a` is listed for group 99, and there is 1 group"));
}

TEST(FaultyFramework, ThatStartsNoProgramIsAnError) {
  EXPECT_THAT(to_string(error_of_run(faulty_framework::mistake::empty_listing)),
              HasSubstr("a command needs a program: its list of words is empty"));
}

}  // namespace
}  // namespace offload::testing
