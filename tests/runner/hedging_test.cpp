// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/runner/runner.hpp>

#include <offload/history/history_estimator.hpp>
#include <offload/scheduler/constrained.hpp>
#include <offload/scheduler/hedged.hpp>
#include <offload/scheduler/pull.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runner/fakes.hpp"

// Copies of late tests in a whole run.
namespace offload::testing {
namespace {

using namespace std::chrono_literals;

class HedgedRun : public ::testing::TestWithParam<bool> {
 protected:
  run_outcome run(std::map<std::string, std::string> parts, hedging copies) {
    settings.groups = {{.name = "all"}};
    history_estimator known;
    for (auto const& [id, part] : parts) { known.durations[{id}] = 10ms; }
    played = std::make_shared<script>(std::move(parts));
    runner everything{scripted_provider{played, 0, 0}, scripted_framework{played, GetParam()},
                      constrained{hedged{pull_scheduler{}, copies}}, std::move(known),
                      recording_reporter{}};
    auto outcome = everything.run(settings);
    seen = std::get<0>(everything.reporters());
    EXPECT_TRUE(outcome) << to_string(outcome.error());
    return outcome ? std::move(*outcome) : run_outcome{};
  }

  run_settings settings{.groups = {},
                        .max_parallel = 2,
                        .batch_timeout = 20s,
                        .speculation = speculative_retries::off};
  std::shared_ptr<script> played;
  recording_reporter seen;
};

INSTANTIATE_TEST_SUITE_P(WithWorker, HedgedRun, ::testing::Values(true));
INSTANTIATE_TEST_SUITE_P(WithCommands, HedgedRun, ::testing::Values(false));

TEST_P(HedgedRun, TakesTheResultOfTheCopyAndCancelsTheTestThatIsLate) {
  auto const outcome = run({{"a", "stuck"}, {"b", "pass"}}, hedging::on);

  ASSERT_EQ(outcome.tests.size(), 2u);
  for (auto const& record : outcome.tests) {
    EXPECT_EQ(record.ended, verdict::passed) << "neither failed nor flaky";
    EXPECT_EQ(record.attempts, 1u) << "what was cancelled is no attempt";
  }
  EXPECT_EQ(played->runs("a"), 2);
  EXPECT_EQ(played->runs("b"), 1);
}

TEST_P(HedgedRun, WaitsForTheTestWithoutHedging) {
  settings.batch_timeout = 250ms;

  auto const outcome = run({{"a", "stuck"}, {"b", "pass"}}, hedging::off);

  EXPECT_EQ(outcome.tests[0].ended, verdict::failed) << "its time was up";
  EXPECT_EQ(played->runs("a"), 1);
}

TEST_P(HedgedRun, RunsTheChosenTestsOnly) {
  settings.choose = [](std::vector<test_case> tests) {
    std::erase_if(tests, [](test_case const& test) { return test.id.value == "b"; });
    return tests;
  };

  auto const outcome = run({{"a", "pass"}, {"b", "pass"}}, hedging::on);

  ASSERT_EQ(outcome.tests.size(), 1u);
  EXPECT_EQ(outcome.tests[0].test.id.value, "a");
  EXPECT_EQ(played->runs("b"), 0);
}

}  // namespace
}  // namespace offload::testing
