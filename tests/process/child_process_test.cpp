// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/process/child_process.hpp>

#include <gtest/gtest.h>

#include <signal.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "support/processes.hpp"

namespace offload {
namespace {

using namespace std::chrono_literals;

child_process shell(std::string const& script, start_options options = {}) {
  auto child = child_process::start({"/bin/sh", "-c", script}, options);
  EXPECT_TRUE(child) << to_string(child.error());
  return std::move(*child);
}

/// Reads until the command ends; gives up after a generous time, so that no failure can hang.
finished_process read_all(child_process& child) {
  finished_process done;
  auto const patience = steady_clock::now() + 20s;
  for (;;) {
    auto progress = child.next(patience, {});
    if (!progress) { break; }
    if (auto* some = std::get_if<command_output>(&*progress)) {
      (some->from == stream::out ? done.out : done.err) += some->bytes;
    } else {
      auto* ended = std::get_if<command_ended>(&*progress);
      EXPECT_NE(ended, nullptr) << "the child did not end";
      if (ended != nullptr) { done.status = ended->status; }
      break;
    }
  }
  return done;
}

TEST(ChildProcess, StreamsBothOutputsApart) {
  auto child = shell("echo one; echo two >&2");

  auto const done = read_all(child);

  EXPECT_EQ(done.out, "one\n");
  EXPECT_EQ(done.err, "two\n");
  EXPECT_TRUE(done.status.ok());
}

TEST(ChildProcess, TellsAnExitCodeFromASignal) {
  auto leaves = shell("exit 3");
  auto dies = shell("kill -SEGV $$");

  EXPECT_EQ(read_all(leaves).status, (exit_status{3, 0}));
  EXPECT_EQ(read_all(dies).status, (exit_status{128 + SIGSEGV, SIGSEGV}));
}

TEST(ChildProcess, FindsItsProgramAlongTheGivenPath) {
  start_options options;
  options.env.set("PATH", "/nowhere:/bin");

  EXPECT_TRUE(child_process::start({"sh", "-c", "true"}, options));
}

TEST(ChildProcess, SaysWhichProgramIsMissing) {
  auto const child = child_process::start({"no-such-program"}, {});

  ASSERT_FALSE(child);
  EXPECT_EQ(child.error().code, errc::not_found);
  EXPECT_NE(child.error().message.find("`no-such-program`"), std::string::npos);
}

TEST(ChildProcess, DoesNotTakeAFolderForAProgram) {
  EXPECT_FALSE(child_process::start({"/tmp"}, {}));
}

TEST(ChildProcess, RunsInItsWorkingDirectory) {
  auto child = shell("pwd", {.working_dir = "/usr"});

  EXPECT_EQ(read_all(child).out, "/usr\n");
}

TEST(ChildProcess, RefusesAMissingWorkingDirectory) {
  auto const child = child_process::start({"/bin/sh"}, {.working_dir = "/no/such/folder"});

  ASSERT_FALSE(child);
  EXPECT_NE(child.error().message.find("/no/such/folder"), std::string::npos);
}

TEST(ChildProcess, ReadsWhatIsWritten) {
  auto child = shell("cat", {.with = input::streamed});
  std::string const text(300'000, 'x');  // more than a pipe holds

  ASSERT_TRUE(child.write(text));
  child.close_input();

  EXPECT_EQ(read_all(child).out, text);
}

TEST(ChildProcess, FindsItsInputEmptyWhenNoneIsStreamed) {
  auto child = shell("cat; echo end");

  EXPECT_EQ(read_all(child).out, "end\n");
}

TEST(ChildProcess, SurvivesAChildThatDoesNotReadItsInput) {
  auto child = shell("exec 0<&-; exec sleep 0.01", {.with = input::streamed});
  read_all(child);

  EXPECT_FALSE(child.write("hello"));
}

TEST(ChildProcess, PassesADeadline) {
  auto child = shell("sleep 100");

  auto const progress = child.next(steady_clock::now() + 10ms, {});

  ASSERT_TRUE(progress);
  EXPECT_TRUE(std::holds_alternative<deadline_passed>(*progress));
}

TEST(ChildProcess, IsWokenByAStopRequest) {
  auto child = shell("sleep 100");
  std::stop_source source;
  std::jthread const other{[&] { source.request_stop(); }};

  auto const progress = child.next({}, source.get_token());

  ASSERT_TRUE(progress);
  EXPECT_TRUE(std::holds_alternative<stop_was_requested>(*progress));
}

TEST(ChildProcess, CanBeReadAgainAfterAStop) {
  auto child = shell("read line; echo $line", {.with = input::streamed});
  std::stop_source source;
  std::jthread const other{[&] { source.request_stop(); }};
  ASSERT_TRUE(child.next({}, source.get_token()));

  ASSERT_TRUE(child.write("hello\n"));

  EXPECT_EQ(read_all(child).out, "hello\n");
}

TEST(ChildProcess, EndsWithEverythingInItsGroup) {
  auto child = shell("sleep 987 & echo $!; sleep 987");
  auto const first = child.next(steady_clock::now() + 20s, {});
  int const grandchild = std::stoi(std::get<command_output>(*first).bytes);

  auto const status = child.terminate();

  EXPECT_EQ(status.signal, SIGTERM);
  EXPECT_TRUE(testing::is_gone(grandchild));
}

TEST(ChildProcess, KillsWhatIgnoresTheRequestToEnd) {
  auto child = shell("trap '' TERM; echo ready; while :; do sleep 987; done", {.grace = 50ms});
  ASSERT_TRUE(child.next(steady_clock::now() + 20s, {}));

  EXPECT_EQ(child.terminate().signal, SIGKILL);
}

TEST(ChildProcess, HearsWhatItSaysWhileItEnds) {
  auto child = shell(
      "trap 'echo farewell; echo sorry >&2; exit' TERM; echo ready; "
      "while :; do :; done");
  ASSERT_TRUE(child.next(steady_clock::now() + 20s, {}));
  std::string out;
  std::string err;

  child.terminate(
      [&](command_output const& some) { (some.from == stream::out ? out : err) += some.bytes; });

  EXPECT_EQ(out, "farewell\n");
  EXPECT_EQ(err, "sorry\n");
}

TEST(ChildProcess, KillsAGrandchildThatIgnoresTheRequestToEnd) {
  auto child = shell("(trap '' TERM; echo ready; while :; do sleep 987; done) & echo $!; wait",
                     {.grace = 50ms});
  std::string said;
  while (std::count(said.begin(), said.end(), '\n') < 2) {
    auto const progress = child.next(steady_clock::now() + 20s, {});
    said += std::get<command_output>(*progress).bytes;
  }
  int const grandchild = std::stoi(said.starts_with("ready") ? said.substr(6) : said);

  child.terminate();

  EXPECT_TRUE(testing::is_gone(grandchild));
}

TEST(ChildProcess, DoesNotWaitForAGrandchildThatHoldsThePipe) {
  auto child = shell("sleep 987 & echo $!");

  auto const done = read_all(child);

  EXPECT_TRUE(done.status.ok());
  EXPECT_TRUE(testing::is_gone(std::stoi(done.out)));
}

TEST(ChildProcess, IsGoneWhenItIsDestroyed) {
  int pid = 0;
  {
    auto child = shell("sleep 987");
    pid = child.pid();
  }

  EXPECT_TRUE(testing::is_gone(pid));
}

TEST(ChildProcess, InheritsNoDescriptorOfOurs) {
  std::ifstream const held_open{"/etc/passwd"};
  auto child = shell("ls /proc/self/fd | wc -l");

  EXPECT_EQ(std::stoi(read_all(child).out), 4);  // three streams, and the folder that ls reads
}

TEST(ChildProcess, LeavesNoDescriptorBehind) {
  auto const open_files = [] {
    return std::distance(std::filesystem::directory_iterator{"/proc/self/fd"}, {});
  };
  auto const before = open_files();

  for (int i = 0; i < 20; ++i) {
    auto child = shell("echo", {.with = input::streamed});
    read_all(child);
  }

  EXPECT_EQ(open_files(), before);
}

TEST(ChildProcess, SaysThatACommandIsTooLong) {
  auto const started = child_process::start({"/bin/echo", std::string(3'000'000, 'x')}, {});

  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, errc::unavailable);
}

TEST(RunProcess, CollectsOutputAndStatus) {
  auto const done = run_process({"/bin/sh", "-c", "cat; exit 4"}, {}, "hello");

  ASSERT_TRUE(done);
  EXPECT_EQ(done->out, "hello");
  EXPECT_EQ(done->status.code, 4);
}

TEST(RunProcess, FailsWhenTimeIsUp) {
  auto const done = run_process({"/bin/sleep", "987"}, {}, {}, steady_clock::now() + 10ms);

  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().message, "`/bin/sleep 987` did not end in time");
}

}  // namespace
}  // namespace offload
