// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/runner/runner.hpp>

#include <offload/scheduler/pull.hpp>

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

#include "runner/fakes.hpp"

namespace offload::testing {
namespace {

/// Makes one sandbox at once, and others only when somebody has lost interest in them.
struct slow_provider : scripted_provider {
  [[nodiscard]] result<scripted_sandbox> create(sandbox_spec const& spec, std::stop_token stop) {
    if (spec.slot.value == 0) { return scripted_provider::create(spec, stop); }
    std::condition_variable_any never;
    std::mutex mutex;
    std::unique_lock lock{mutex};
    never.wait(lock, stop, [] { return false; });
    return fail(errc::provider, "it was stopped");
  }
};

TEST(RunnerWithASlowProvider, DoesNotWaitForSandboxesThatItHasNoUseFor) {
  auto const played = std::make_shared<script>(
      std::map<std::string, std::string>{{"a", "pass"}, {"b", "pass"}, {"c", "pass"}});
  runner everything{slow_provider{{played}}, scripted_framework{played, true}, pull_scheduler{},
                    recording_reporter{}};

  auto const outcome = everything.run({.groups = {{.name = "all"}}, .max_parallel = 3});

  ASSERT_TRUE(outcome);
  EXPECT_EQ(exit_code(outcome->summary()), 0);
  EXPECT_EQ(std::get<0>(everything.reporters()).failed_sandboxes, 0);
}

}  // namespace
}  // namespace offload::testing
