// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runner/scripted_run.hpp"

// How many sandboxes a run has, and until when.
namespace offload::testing {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;

class RunnersSandboxes : public scripted_run {};
INSTANTIATE_TEST_SUITE_P(WithWorker, RunnersSandboxes, ::testing::Values(true));
INSTANTIATE_TEST_SUITE_P(WithCommands, RunnersSandboxes, ::testing::Values(false));

TEST_P(RunnersSandboxes, ReplacesASandboxThatIsOutOfReach) {
  settings.max_parallel = 1;
  out_of_reach = 1;

  auto const outcome = run({{"a", "pass"}, {"b", "pass"}});

  EXPECT_EQ(exit_code(outcome.summary()), 0);
  EXPECT_EQ(seen.failed_sandboxes, 1);
  EXPECT_THAT(seen.sandboxes, Each("box-1"));
}

TEST_P(RunnersSandboxes, GivesUpReplacingWhenEachSandboxIsOutOfReach) {
  settings.max_parallel = 2;
  out_of_reach = 100;

  auto const outcome = run({{"a", "pass"}});

  EXPECT_EQ(verdicts(outcome)["a"], verdict::not_run);
  EXPECT_THAT(outcome.tests[0].reason, HasSubstr("contact was lost"));
}

TEST_P(RunnersSandboxes, MakesNoMoreSandboxesThanThereAreTests) {
  settings.max_parallel = 50;

  auto const outcome = run({{"a", "pass"}, {"b", "pass"}});

  EXPECT_EQ(outcome.sandboxes.size(), 2u);
}

TEST_P(RunnersSandboxes, AreReplacedAsOftenAsTheyGetLostWhenTestsEndInBetween) {
  settings.max_parallel = 1;

  auto const outcome = run({{"a", "pass"},
                            {"b", "gone"},
                            {"c", "gone"},
                            {"d", "gone"},
                            {"e", "gone"},
                            {"f", "gone"},
                            {"g", "pass"}});

  EXPECT_EQ(exit_code(outcome.summary()), 0);
  EXPECT_EQ(seen.failed_sandboxes, 5);
}

TEST_P(RunnersSandboxes, GoDownWhenNothingCanBeLeftForThem) {
  settings.max_parallel = 5;
  settings.batch_timeout = 400ms;

  run({{"a", "pass"}, {"b", "pass"}, {"c", "pass"}, {"d", "pass"}, {"e", "hang"}});

  EXPECT_EQ(seen.attempts.back(), "e");
  EXPECT_EQ(seen.went_down_before.back(), 3) << "one waits in case the last test gets lost";
}

TEST_P(RunnersSandboxes, WaitForTheRetriesThatMayBeginAhead) {
  settings.max_parallel = 5;
  settings.speculation = speculative_retries::on;
  settings.speculative_retry_after = 1h;
  settings.batch_timeout = 400ms;

  run({{"a", "pass"}, {"b", "pass"}, {"c", "pass"}, {"d", "pass"}, {"e", "stuck"}}, 2);

  EXPECT_EQ(seen.attempts[4], "e");
  EXPECT_EQ(seen.went_down_before[4], 1);
}

}  // namespace
}  // namespace offload::testing
