// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/runner/runner.hpp>

#include <offload/history/history_estimator.hpp>
#include <offload/scheduler/pull.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "runner/fakes.hpp"
#include "runner/scripted_run.hpp"

namespace offload::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

class Runner : public scripted_run {};
INSTANTIATE_TEST_SUITE_P(WithWorker, Runner, ::testing::Values(true));
INSTANTIATE_TEST_SUITE_P(WithCommands, Runner, ::testing::Values(false));

using verdict_map = std::map<std::string, verdict>;

TEST_P(Runner, BringsBackOneVerdictATest) {
  auto const outcome = run({{"a", "pass"}, {"b", "fail"}, {"c", "skip"}});

  EXPECT_EQ(verdicts(outcome), (verdict_map{
                                   {"a", verdict::passed},
                                   {"b", verdict::failed},
                                   {"c", verdict::skipped},
                               }));
  EXPECT_EQ(exit_code(outcome.summary()), 1);
  EXPECT_EQ(seen.ends, 1);
}

TEST_P(Runner, IsNotGreenWhenACommandEndsBadlyAfterItsTests) {
  auto const outcome = run({{"a", "late"}, {"b", "pass"}});

  EXPECT_EQ(verdicts(outcome),
            (verdict_map{
                {"a", verdict::passed},
                {"b", verdict::passed},
                {"outside of tests: the test command ended with exit status 3", verdict::failed},
            }));
  EXPECT_EQ(exit_code(outcome.summary()), 1);
}

TEST_P(Runner, RunsManyTestsOnceEach) {
  std::map<std::string, std::string> parts;
  for (int i = 0; i < 2000; ++i) { parts[fmt::format("t{}", i)] = "pass"; }

  auto const outcome = run(parts);

  EXPECT_EQ(exit_code(outcome.summary()), 0);
  for (auto const& [id, part] : parts) { EXPECT_EQ(played->runs(id), 1) << id; }
}

TEST_P(Runner, CallsATestFlakyThatPassesOnRetry) {
  auto const outcome = run({{"a", "flaky"}, {"b", "pass"}}, 1);

  EXPECT_EQ(verdicts(outcome)["a"], verdict::flaky);
  EXPECT_EQ(exit_code(outcome.summary()), 2);
  EXPECT_EQ(played->runs("a"), 2);
}

TEST_P(Runner, StopsRetryingWhenRetriesAreUsedUp) {
  auto const outcome = run({{"a", "fail"}}, 2);

  EXPECT_EQ(verdicts(outcome)["a"], verdict::failed);
  EXPECT_EQ(played->runs("a"), 3);
}

TEST_P(Runner, SurvivesATestThatKillsItsRunner) {
  auto const outcome = run({{"a", "pass"}, {"b", "die"}, {"c", "pass"}, {"d", "pass"}}, 1);

  auto const ended = verdicts(outcome);
  EXPECT_EQ(ended.at("a"), verdict::passed);
  EXPECT_EQ(ended.at("b"), verdict::failed);
  EXPECT_EQ(ended.at("c"), verdict::passed);
  EXPECT_EQ(ended.at("d"), verdict::passed);
  EXPECT_EQ(played->runs("b"), 2);
}

TEST_P(Runner, TimesOutATestThatHangs) {
  settings.batch_timeout = 60ms;

  auto const outcome = run({{"a", "pass"}, {"b", "hang"}, {"c", "pass"}});

  auto const ended = verdicts(outcome);
  EXPECT_EQ(ended.at("b"), verdict::failed);
  EXPECT_EQ(ended.at("c"), verdict::passed);
  EXPECT_THAT(outcome.tests[1].reason, HasSubstr("timed out after 0.06 s"));
}

TEST_P(Runner, EndsWhenATestNeverReports) {
  auto const outcome = run({{"a", "pass"}, {"b", "silent"}});

  EXPECT_EQ(verdicts(outcome)["b"], verdict::not_run);
  EXPECT_THAT(outcome.tests[1].reason, HasSubstr("reported no result"));
  EXPECT_EQ(exit_code(outcome.summary()), 1);
}

TEST_P(Runner, SaysWhichTestIsUnknownInTheSandbox) {
  auto const outcome = run({{"a", "unknown"}, {"b", "pass"}});

  EXPECT_EQ(verdicts(outcome)["a"], verdict::not_run);
  EXPECT_THAT(outcome.tests[0].reason, HasSubstr("discovered here, unknown in sandbox"));
}

TEST_P(Runner, RunsATestOfTwoGroupsOnceWithTheHigherRetryCount) {
  settings.groups = {{.name = "x"}, {.name = "y", .retry_count = 2}};

  auto const outcome = run_groups({{"a", "fail"}});

  EXPECT_EQ(outcome.tests.size(), 1u);
  EXPECT_EQ(played->runs("a"), 3);
}

TEST_P(Runner, StopsAtTheFirstFailureWhenAsked) {
  settings.stop_early = fail_fast::on;
  settings.max_parallel = 1;
  std::map<std::string, std::string> parts{{"a", "fail"}};
  for (int i = 0; i < 100; ++i) { parts[fmt::format("b{}", i)] = "pass"; }

  auto const outcome = run(parts);

  EXPECT_EQ(outcome.ended, run_end::stopped_early);
  EXPECT_EQ(verdicts(outcome)["a"], verdict::failed);
  EXPECT_EQ(verdicts(outcome)["b99"], verdict::not_run);
  EXPECT_THAT(outcome.tests.back().reason, HasSubstr("--fail-fast"));
}

TEST_P(Runner, EndsHonestlyWhenItIsInterrupted) {
  settings.batch_timeout = 1000s;
  std::jthread const impatient{[&] { stop.request_stop(); }};

  settings.groups = {{.name = "all"}};
  played = std::make_shared<script>(std::map<std::string, std::string>{{"a", "hang"}});
  runner everything{scripted_provider{played}, scripted_framework{played, GetParam()},
                    pull_scheduler{}};
  auto const outcome = everything.run(settings, stop.get_token());

  // It may be interrupted before the tests are known; it ends in any case.
  if (outcome) {
    EXPECT_EQ(outcome->ended, run_end::interrupted);
    EXPECT_EQ(verdicts(*outcome)["a"], verdict::not_run);
  }
}

TEST_P(Runner, GoesOnWithFewerSandboxesWhenSomeCannotBeMade) {
  refused = 2;

  auto const outcome = run({{"a", "pass"}, {"b", "pass"}, {"c", "pass"}});

  EXPECT_EQ(exit_code(outcome.summary()), 0);
  EXPECT_EQ(seen.failed_sandboxes, 2);
  EXPECT_THAT(seen.sandboxes, Each("box-2"));
}

TEST_P(Runner, SaysWhyNothingRanWhenNoSandboxCanBeMade) {
  refused = 100;

  auto const outcome = run({{"a", "pass"}});

  EXPECT_EQ(verdicts(outcome)["a"], verdict::not_run);
  EXPECT_EQ(outcome.tests[0].reason, "no sandbox was left: no room for 0");
}

TEST_P(Runner, BlamesNoTestWhenContactIsLost) {
  settings.max_parallel = 1;

  auto const outcome = run({{"a", "lost"}, {"b", "pass"}});

  EXPECT_EQ(exit_code(outcome.summary()), 0);
  EXPECT_EQ(outcome.tests[0].attempts, 1u);
}

TEST_P(Runner, EndsWithNothingToDo) {
  auto const outcome = run({});

  EXPECT_TRUE(outcome.tests.empty());
  EXPECT_EQ(exit_code(outcome.summary()), 0);
}

TEST_P(Runner, FailsWhenTestsCannotBeListed) {
  played = std::make_shared<script>(std::map<std::string, std::string>{{"a", "pass"}});
  settings.groups = {{.name = "all", .filters = "broken"}};
  runner everything{scripted_provider{played}, scripted_framework{played, GetParam()},
                    pull_scheduler{}};

  auto const outcome = everything.run(settings);

  ASSERT_FALSE(outcome);
  EXPECT_THAT(to_string(outcome.error()), HasSubstr("listing tests with `/bin/false"));
}

/// Makes sandboxes only after a preparation, which may fail.
struct preparing_provider : scripted_provider {
  [[nodiscard]] result<void> prepare(preparation_sink const& say, std::stop_token) {
    say("making an image");
    if (!can) { return fail(errc::sandbox, "the image cannot be made"); }
    prepared = true;
    return {};
  }
  [[nodiscard]] result<scripted_sandbox> create(sandbox_spec const& spec, std::stop_token stop) {
    EXPECT_TRUE(prepared);
    return scripted_provider::create(spec, std::move(stop));
  }
  bool can = true;
  bool prepared = false;
};
static_assert(prepares<preparing_provider>);
static_assert(!prepares<scripted_provider>);

/// What a preparation says.
struct preparation_reporter {
  void on(run_event const& event) {
    match(event, [&](preparation_said const& said) { lines.emplace_back(said.line); });
  }
  std::vector<std::string> lines{};
};

TEST(RunnerWithAPreparation, MakesSandboxesOnlyAfterIt) {
  auto const played = std::make_shared<script>(std::map<std::string, std::string>{{"a", "pass"}});
  runner everything{preparing_provider{{played}}, scripted_framework{played, true},
                    pull_scheduler{}, preparation_reporter{}};

  auto const outcome = everything.run({.groups = {{.name = "all"}}, .max_parallel = 2});

  ASSERT_TRUE(outcome);
  EXPECT_EQ(exit_code(outcome->summary()), 0);
  EXPECT_THAT(std::get<0>(everything.reporters()).lines, ElementsAre("making an image"));
}

TEST(RunnerWithAPreparation, FailsWithIt) {
  auto const played = std::make_shared<script>(std::map<std::string, std::string>{{"a", "pass"}});
  runner everything{preparing_provider{{played}, false}, scripted_framework{played, true},
                    pull_scheduler{}};

  auto const outcome = everything.run({.groups = {{.name = "all"}}, .max_parallel = 2});

  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().message, "the image cannot be made");
  EXPECT_EQ(played->runs("a"), 0);
}

/// Its listing is taken over by the first worker.
struct listing_by_worker : scripted_framework {
  using scripted_framework::scripted_framework;
  [[nodiscard]] result<std::vector<discovery_job>> discovery(std::span<group const> groups,
                                                             run_context const& context) const {
    auto jobs = scripted_framework::discovery(groups, context);
    for (auto& job : *jobs) { job.may_serve = true; }
    return jobs;
  }
};

/// Nothing can be started on this machine.
struct barren_sandbox : scripted_sandbox {
  [[nodiscard]] result<scripted_execution> start(command const& c, input) {
    return fail(errc::not_found, "there is no program `{}`", c.argv.front());
  }
};
struct barren_provider {
  static constexpr std::string_view name = "barren";
  static constexpr bool shares_machine = true;

  [[nodiscard]] result<barren_sandbox> create(sandbox_spec const&, std::stop_token) {
    return barren_sandbox{{{"box"}, {}}};
  }
};

/// The command that lists tests without a sandbox can.
TEST(RunnerOnThisMachine, ListsTestsOtherwiseWhenTheWorkerThatIsToListThemCannotStart) {
  auto const played = std::make_shared<script>(std::map<std::string, std::string>{{"a", "pass"}});
  runner everything{barren_provider{}, listing_by_worker{played, true}, pull_scheduler{}};

  auto const outcome = everything.run({.groups = {{.name = "all"}}, .max_parallel = 2});

  ASSERT_TRUE(outcome) << to_string(outcome.error());
  EXPECT_THAT(outcome->tests, ElementsAre(::testing::Field(&test_record::ended, verdict::not_run)));
  EXPECT_THAT(outcome->tests.front().reason, HasSubstr("there is no program `worker`"));
  EXPECT_EQ(exit_code(outcome->summary()), 1);
}

TEST_P(Runner, RunsEachTestInAWorkerOfItsOwnWhenAsked) {
  properties.workers = worker_lifetime::test;

  auto const outcome = run({{"a", "pass"}, {"b", "pass"}, {"c", "pass"}, {"d", "pass"}});

  EXPECT_EQ(exit_code(outcome.summary()), 0);
  EXPECT_EQ(seen.batches, 4);
}

TEST_P(Runner, HasNoMoreSandboxesThanItsFrameworkCanServe) {
  properties.max_concurrency = 1;

  auto const outcome = run({{"a", "pass"}, {"b", "pass"}, {"c", "pass"}, {"d", "pass"}});

  EXPECT_EQ(exit_code(outcome.summary()), 0);
  EXPECT_EQ(outcome.sandboxes.size(), 1u);
}

TEST_P(Runner, TakesItsPoliciesInOrderAndHasDefaultsForSchedulerAndEstimator) {
  played = std::make_shared<script>(std::map<std::string, std::string>{{"a", "pass"}});
  scripted_provider const provider{played};
  scripted_framework const framework{played, GetParam()};
  history_estimator const known{.durations = {{{"a"}, 1s}}};
  auto const expected_by = [&](auto runner) {
    auto const outcome = runner.run({.groups = {{.name = "all"}}});
    EXPECT_EQ(std::get<0>(runner.reporters()).ends, 1);
    return outcome ? outcome->tests.at(0).test.expected : seconds{-1};
  };

  EXPECT_EQ(expected_by(runner{provider, framework, recording_reporter{}}), std::nullopt);
  EXPECT_EQ(expected_by(runner{provider, framework, pull_scheduler{}, recording_reporter{}}),
            std::nullopt);
  EXPECT_EQ(expected_by(runner{provider, framework, known, recording_reporter{}}), 1s);
  EXPECT_EQ(expected_by(runner{provider, framework, pull_scheduler{}, known, recording_reporter{}}),
            1s);
}

TEST_P(Runner, BeginsARetryWhereASandboxIdlesAndTakesTheFirstGoodResult) {
  settings.speculation = speculative_retries::on;
  settings.speculative_retry_after = 0s;

  auto const outcome = run({{"a", "stuck"}}, 1);

  EXPECT_EQ(verdicts(outcome)["a"], verdict::passed);
  EXPECT_EQ(outcome.tests[0].attempts, 1u) << "what was cancelled is no attempt";
  EXPECT_EQ(played->runs("a"), 2);
  EXPECT_THAT(seen.batch_ends, UnorderedElementsAre(batch_end::success, batch_end::cancelled));
}

TEST_P(Runner, BeginsNoMoreRetriesThanATestHas) {
  settings.speculation = speculative_retries::on;
  settings.speculative_retry_after = 0s;
  settings.batch_timeout = 60ms;

  auto const outcome = run({{"a", "hang"}}, 1);

  EXPECT_EQ(verdicts(outcome)["a"], verdict::failed);
  EXPECT_EQ(outcome.tests[0].attempts, 2u);
  EXPECT_EQ(played->runs("a"), 2);
}

TEST_P(Runner, BeginsNoRetryAheadUnlessItIsAskedTo) {
  settings.batch_timeout = 250ms;

  auto const outcome = run({{"a", "stuck"}}, 1);

  EXPECT_EQ(verdicts(outcome)["a"], verdict::flaky) << "it timed out before it was tried again";
}

TEST_P(Runner, NamesItsBatchesAfterWhatHappenedInThem) {
  settings.max_parallel = 1;

  run({{"a", "fail"}});

  EXPECT_THAT(seen.batch_ends, ElementsAre(batch_end::failure));
}

}  // namespace
}  // namespace offload::testing
