// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/report/progress_state.hpp>
#include <report/run_events.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace offload {
namespace {

using testing::at;

class ProgressState : public ::testing::Test {
 protected:
  void begin(std::size_t n, std::optional<seconds> expected = {}) {
    cases.resize(n);
    state.on({at(10), run_began{cases, 2, expected}});
  }
  void start(unsigned test, unsigned batch) {
    test_id const id{"t"};
    state.on({at(11), attempt_began{{batch}, {test}, id, sandbox}});
  }
  void decide(verdict ended, std::optional<seconds> expected = {}) {
    test_record record;
    record.ended = ended;
    record.test.expected = expected;
    state.on({at(12), test_decided{{0}, record}});
  }

  std::vector<test_case> cases;
  sandbox_id sandbox{"sb"};
  progress_state state;
};

TEST_F(ProgressState, CountsVerdicts) {
  begin(7);
  for (auto const v :
       {verdict::passed, verdict::failed, verdict::flaky, verdict::skipped, verdict::not_run}) {
    decide(v);
  }

  EXPECT_EQ(state.finished(), 4U);
  EXPECT_EQ(state.awaiting(), 2U);
  EXPECT_EQ(state.percent(), 57U);
}

TEST_F(ProgressState, IsOverWhenNoTestIsAwaited) {
  begin(2);
  decide(verdict::passed);
  EXPECT_EQ(state.now_in, progress_state::phase::running);

  decide(verdict::not_run);
  EXPECT_EQ(state.now_in, progress_state::phase::over);
}

TEST_F(ProgressState, ForgetsATestThatWasLostWithItsBatch) {
  begin(3);
  start(0, 1);
  start(1, 1);
  start(2, 2);

  attempt ended;
  ended.test = {0};
  ended.batch = {1};
  state.on({at(12), attempt_ended{ended}});
  state.on({at(13), batch_ended{{1}, sandbox, batch_end::error, ""}});

  ASSERT_EQ(state.running.size(), 1U);
  EXPECT_EQ(state.running.begin()->first.test, test_index{2});
}

TEST_F(ProgressState, TellsALostSandboxFromOneThatNeverCameUp) {
  error const why{errc::sandbox, "gone"};
  begin(1);

  state.on({at(11), sandbox_came_up{sandbox, {0}}});
  state.on({at(12), sandbox_failed{{0}, why}});
  state.on({at(12), sandbox_failed{{1}, why}});

  EXPECT_EQ(state.slots_up.size(), 1U);
  EXPECT_EQ(state.never_up, 1U);
}

TEST_F(ProgressState, GuessesTheTimeLeftFromTheShareOfTests) {
  begin(4);
  decide(verdict::passed);

  EXPECT_EQ(state.time_left(at(20)), seconds{30});
}

TEST_F(ProgressState, GuessesTheTimeLeftFromExpectedDurations) {
  begin(4, seconds{100});
  decide(verdict::passed, seconds{50});

  EXPECT_EQ(state.time_left(at(20)), seconds{10});
}

TEST_F(ProgressState, DoesNotGuessTooEarlyOrTooLate) {
  begin(100);
  decide(verdict::passed);
  decide(verdict::passed);
  EXPECT_FALSE(state.time_left(at(20)));

  decide(verdict::passed);
  EXPECT_FALSE(state.time_left(at(11.9)));
  EXPECT_TRUE(state.time_left(at(12)));

  for (int i = 0; i < 97; ++i) { decide(verdict::passed); }
  EXPECT_FALSE(state.time_left(at(20)));
}

}  // namespace
}  // namespace offload
