// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/runner/runner.hpp>

#include <offload/scheduler/pull.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runner/fakes.hpp"
#include "runner/scripted_run.hpp"

namespace offload::testing {
namespace {

using ::testing::ElementsAre;

/// Remembers what happens to sandboxes and to the run.
struct life_reporter {
  void on(run_event const& event) {
    match(
        event, [&](sandbox_creation_began const&) { lines.emplace_back("creation"); },
        [&](sandbox_came_up const&) { lines.emplace_back("up"); },
        [&](sandbox_went_down const&) { lines.emplace_back("down"); },
        [&](sandbox_gone const&) { lines.emplace_back("gone"); },
        [&](run_ended const&) { lines.emplace_back("end"); },
        [&](run_failed const& failed) { lines.push_back("failed: " + failed.why.message); },
        [&](clean_up_ended const&) { lines.emplace_back("clean"); });
  }
  std::vector<std::string> lines{};
};

enum class wish { to_run, to_stop };

std::vector<std::string> life_of_a_run(wish wanted) {
  auto const played = std::make_shared<script>(std::map<std::string, std::string>{{"a", "pass"}});
  runner everything{scripted_provider{played}, scripted_framework{played, true}, pull_scheduler{},
                    life_reporter{}};
  run_settings const settings{.groups = {{.name = "all"}}, .max_parallel = 1};
  std::stop_source stop;
  if (wanted == wish::to_stop) { stop.request_stop(); }
  (void)everything.run(settings, stop.get_token());
  return std::get<0>(everything.reporters()).lines;
}

TEST(RunnersEvents, TellTheWholeLifeOfASandbox) {
  auto lines = life_of_a_run(wish::to_run);

  // Whether a sandbox is gone before or after the last verdict's report is a matter of chance.
  auto const end = std::ranges::find(lines, "end");
  ASSERT_NE(end, lines.end());
  lines.erase(end);
  EXPECT_THAT(lines, ElementsAre("creation", "up", "down", "gone", "clean"));
}

TEST(RunnersEvents, EndWithTheCleaningUpOfARunThatFailed) {
  auto const lines = life_of_a_run(wish::to_stop);

  ASSERT_GE(lines.size(), 2U);
  EXPECT_EQ(lines[lines.size() - 2], "failed: discovery was interrupted");
  EXPECT_EQ(lines.back(), "clean");
}

}  // namespace
}  // namespace offload::testing
