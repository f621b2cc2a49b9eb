// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/process/child_process.hpp>
#include <offload/process/marked_processes.hpp>

#include <gtest/gtest.h>

#include <signal.h>

#include <sstream>

#include "support/processes.hpp"

namespace offload {
namespace {

/// A daemon that has left the group and the session of the shell that started it: it says its
/// number only then.
int start_daemon(environment const& env) {
  auto const script =
      "{ setsid sh -c 'echo $$; exec sleep 987 >/dev/null 2>&1' & } | { read pid; echo $pid; }";
  auto const done = run_process({"/bin/sh", "-c", script}, {.env = env});
  EXPECT_TRUE(done);
  return std::stoi(done->out);
}

TEST(MarkedProcesses, AreFoundOutsideTheirGroup) {
  auto env = environment::inherited();
  env.set(sandbox_variable, "marked-processes-test-1");
  int const daemon = start_daemon(env);

  EXPECT_GE(end_processes_of_sandboxes("marked-processes-test-"), 1u);

  EXPECT_TRUE(testing::is_gone(daemon));
}

TEST(MarkedProcesses, AreFoundByTheirParentsWhenTheyShowNoVariables) {
  auto env = environment::inherited();
  env.set(sandbox_variable, "clean-environment-test-1");
  // The marked shell waits for the other, which has a clean environment and a child.
  auto const script =
      "{ setsid sh -c \"env -i sh -c 'sleep 987 >&2 & echo \\$\\$ \\$!; exec >&2; wait'; :\" "
      "2>/dev/null & } | { read pids; echo $pids; }";
  auto const done = run_process({"/bin/sh", "-c", script}, {.env = env});
  ASSERT_TRUE(done);
  std::istringstream numbers{done->out};
  int child = 0;
  int grandchild = 0;
  numbers >> child >> grandchild;
  ASSERT_GT(grandchild, 0) << done->out;
  ASSERT_FALSE(is_marked(child, sandbox_variable, "clean-environment-test-1"));

  EXPECT_GE(end_processes_of_sandboxes("clean-environment-test-"), 3u);

  EXPECT_TRUE(testing::is_gone(child));
  EXPECT_TRUE(testing::is_gone(grandchild));
}

TEST(MarkedProcesses, OfALivingRunnerAreLeftAlone) {
  auto env = environment::inherited();
  env.set(sandbox_variable, "living-runner-test-1");
  env.set(runner_variable, this_runner());
  int const daemon = start_daemon(env);

  end_processes_of_dead_runners();

  EXPECT_EQ(::kill(daemon, 0), 0);
  end_processes_of_sandboxes("living-runner-test-");
}

TEST(MarkedProcesses, OfADeadRunnerAreEnded) {
  auto env = environment::inherited();
  env.set(runner_variable, this_runner() + "9");  // this number, but started at another time
  int const daemon = start_daemon(env);

  EXPECT_GE(end_processes_of_dead_runners(), 1u);

  EXPECT_TRUE(testing::is_gone(daemon));
}

TEST(MarkedProcesses, ThatMakeASandboxOutliveTheirRunner) {
  auto env = environment::inherited();
  auto const dead_runner = this_runner() + "9";
  env.set(runner_variable, dead_runner);
  env.set(creation_variable, "entry of marked_processes_test");
  int const daemon = start_daemon(env);

  end_processes_of_dead_runners();
  end_processes_of_runner(dead_runner, creations::spare);

  EXPECT_TRUE(is_marked(daemon, creation_variable, "entry of marked_processes_test"));
  EXPECT_FALSE(is_marked(daemon, creation_variable, "another entry"));
  EXPECT_EQ(end_processes_of_runner(dead_runner), 1u);
  EXPECT_TRUE(testing::is_gone(daemon));
}

}  // namespace
}  // namespace offload
