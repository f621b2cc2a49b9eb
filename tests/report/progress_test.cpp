// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/report/progress.hpp>
#include <offload/report/terminal.hpp>
#include <report/run_events.hpp>

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace offload {
namespace {

using testing::at;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

/// A reporter that writes to a file, told what happens at which second.
class scene {
 public:
  explicit scene(progress_mode mode, verbosity wanted = verbosity::normal)
      : reporter{file.get(), mode, wanted} {}

  template <class Event>
  void at_second(double when, Event const& event) {
    reporter.on({at(when), event});
  }
  void begin(std::size_t n, std::size_t slots = 0) {
    cases.resize(n);
    at_second(0, run_began{cases, slots, std::nullopt});
  }
  void decide(double when, unsigned index, verdict ended, std::string reason = "") {
    test_record record;
    record.test.id = {fmt::format("t{}", index)};
    record.ended = ended;
    record.reason = std::move(reason);
    record.longest = seconds{1.2};
    at_second(when, test_decided{{index}, record});
  }
  void come_up(double when, unsigned slot) {
    sandbox_id const id{fmt::format("sb-{}", slot)};
    at_second(when, sandbox_came_up{id, {slot}});
  }
  void fail(double when, unsigned slot, std::string message, std::string hint = "") {
    error const why{errc::sandbox, std::move(message), std::move(hint)};
    at_second(when, sandbox_failed{{slot}, why});
  }
  void start(double when, unsigned index) {
    test_id const id{fmt::format("t{}", index)};
    sandbox_id const sandbox{"sb-0"};
    at_second(when, attempt_began{{0}, {index}, id, sandbox});
  }
  void end(double when) {
    run_summary const summary;
    at_second(when, run_ended{summary});
  }
  /// What was written since the last call.
  std::string said() {
    std::string text(100'000, '\0');
    std::fseek(file.get(), read_, SEEK_SET);
    text.resize(std::fread(text.data(), 1, text.size(), file.get()));
    read_ += static_cast<long>(text.size());
    std::fseek(file.get(), 0, SEEK_END);
    return text;
  }

 private:
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file{std::tmpfile(), std::fclose};
  long read_ = 0;
  std::vector<test_case> cases;
  progress_reporter reporter;
};

TEST(Progress, ShowsWhatAPreparationSays) {
  scene stage{progress_mode::lines};

  stage.at_second(1, preparation_said{"layer 1"});
  stage.at_second(2, preparation_ended{seconds{1.5}});

  EXPECT_EQ(stage.said(),
            "[prepare] Preparing environment...\n[prepare]   layer 1\n"
            "[prepare] finished: image preparation [took 1.5s]\n");
}

TEST(Progress, KeepsQuietAboutAPreparationThatHasNothingToDo) {
  scene stage{progress_mode::lines};

  stage.at_second(1, preparation_ended{seconds{0}});

  EXPECT_EQ(stage.said(), "");
}

TEST(ProgressMode, IsLiveOnATerminalThatCanMoveItsCursor) {
  progress_place const terminal{.on_terminal = true, .term = "xterm"};

  EXPECT_EQ(progress_mode_for(terminal, verbosity::normal), progress_mode::live);
  EXPECT_EQ(progress_mode_for({.on_terminal = true, .term = "dumb"}, verbosity::normal),
            progress_mode::lines);
  EXPECT_EQ(progress_mode_for({.on_terminal = true}, verbosity::normal), progress_mode::lines);
  EXPECT_EQ(progress_mode_for(terminal, verbosity::verbose), progress_mode::lines);
}

TEST(ProgressMode, IsALogInCi) {
  EXPECT_EQ(progress_mode_for({.in_ci = true}, verbosity::normal), progress_mode::lines);
  EXPECT_EQ(
      progress_mode_for({.on_terminal = true, .in_ci = true, .term = "xterm"}, verbosity::normal),
      progress_mode::lines);
}

TEST(ProgressMode, IsQuietInAPipe) {
  EXPECT_EQ(progress_mode_for({.term = "xterm"}, verbosity::normal), progress_mode::quiet);
  EXPECT_EQ(progress_mode_for({}, verbosity::verbose), progress_mode::lines);
}

TEST(ProgressLines, TellARunFromItsStartToItsEnd) {
  scene run{progress_mode::lines};

  run.at_second(0, discovery_began{2});
  run.at_second(1, discovery_ended{5, 2, seconds{1}});
  run.begin(4, 2);
  run.come_up(1, 0);
  run.come_up(1, 1);
  run.decide(2, 0, verdict::passed);
  run.decide(3, 1, verdict::flaky, "timed out");
  run.decide(4, 2, verdict::failed, "assert 1 == 2\nmore");
  run.decide(5, 3, verdict::skipped);
  run.at_second(6, sandbox_went_down{{"sb-0"}});
  run.at_second(6, sandbox_went_down{{"sb-1"}});
  run.end(6);

  EXPECT_EQ(run.said(),
            "Discovering tests... found 5 tests across 2 groups\n"
            "Creating 2 sandboxes...\n"
            "[ci] 0% | passed: 0, failed: 0, flaky: 0, awaiting: 4\n"
            "Sandboxes created.\n"
            "[ci] 25% | passed: 1, failed: 0, flaky: 0, awaiting: 3\n"
            "FLAKY t1 (1.2s): timed out\n"
            "[ci] 50% | passed: 2, failed: 0, flaky: 1, awaiting: 2\n"
            "FAILED t2 (1.2s): assert 1 == 2\n"
            "[ci] 75% | passed: 2, failed: 1, flaky: 1, awaiting: 1\n"
            "[ci] 100% | passed: 2, failed: 1, flaky: 1, awaiting: 0, skipped: 1\n"
            "Terminating 2 sandboxes...\n"
            "Sandboxes terminated.\n");
}

TEST(ProgressLines, ComeAtMostTwiceASecondAndForAPercent) {
  scene run{progress_mode::lines};
  run.begin(1000);
  run.said();

  for (unsigned i = 0; i < 20; ++i) { run.decide(0.1, i, verdict::passed); }
  EXPECT_EQ(run.said(), "");
  run.at_second(0.6, tick{});
  EXPECT_EQ(run.said(), "[ci] 2% | passed: 20, failed: 0, flaky: 0, awaiting: 980\n");
  run.decide(2, 20, verdict::passed);
  EXPECT_EQ(run.said(), "");
  run.decide(3, 21, verdict::failed);
  EXPECT_EQ(run.said(),
            "FAILED t21 (1.2s)\n"
            "[ci] 2% | passed: 21, failed: 1, flaky: 0, awaiting: 978\n");
}

TEST(ProgressLines, AlwaysTellTheEnd) {
  scene run{progress_mode::lines};
  run.begin(1);
  run.said();

  run.decide(0.01, 0, verdict::passed);

  EXPECT_EQ(run.said(), "[ci] 100% | passed: 1, failed: 0, flaky: 0, awaiting: 0\n");
}

TEST(ProgressLines, DoNotCountTestsThatWereNotRunAsProgress) {
  scene run{progress_mode::lines};
  run.begin(4);
  run.decide(1, 0, verdict::passed);
  run.said();

  for (unsigned i = 1; i < 4; ++i) { run.decide(2, i, verdict::not_run, "interrupted"); }

  EXPECT_EQ(run.said(), "[ci] 25% | passed: 1, failed: 0, flaky: 0, awaiting: 0, not run: 3\n");
}

TEST(ProgressLines, NameTheLongestTestAfterAMinuteWithoutNews) {
  scene run{progress_mode::lines};
  run.begin(2);
  run.start(5, 1);
  run.start(4, 0);
  run.said();

  run.at_second(59, tick{});
  EXPECT_EQ(run.said(), "");
  run.at_second(60, tick{});
  run.at_second(61, tick{});

  EXPECT_EQ(run.said(),
            "[ci] 0% | passed: 0, failed: 0, flaky: 0, awaiting: 2"
            " | longest running: t0 (56.0s)\n");
}

TEST(ProgressLines, SayHowManySandboxesCouldBeMade) {
  scene run{progress_mode::lines};
  run.come_up(0, 0);
  run.begin(9, 3);
  run.said();

  run.fail(1, 1, "no space left\x1b[2J", "make room");
  run.fail(2, 2, "no space left\x1b[2J", "make room");

  EXPECT_EQ(run.said(),
            "WARN no space left\\x1b[2J\n"
            "       hint: make room\n"
            "1 of 3 sandboxes created.\n");
}

TEST(ProgressLines, SayWhichTestRunsWhenVerbose) {
  scene run{progress_mode::lines, verbosity::verbose};

  run.start(1, 7);
  run.at_second(1, notice{severity::info, "by the way"});

  EXPECT_EQ(run.said(), "Running: t7\nINFO by the way\n");
}

TEST(QuietProgress, TellsFailuresAndWarningsOnly) {
  scene run{progress_mode::quiet};

  run.at_second(0, discovery_began{1});
  run.at_second(1, discovery_ended{2, 1, seconds{1}});
  run.begin(2, 1);
  run.come_up(1, 0);
  run.start(1, 0);
  run.at_second(1, notice{severity::warning, "odd\nvery odd"});
  run.at_second(1, notice{severity::info, "by the way"});
  run.decide(2, 0, verdict::passed);
  run.decide(3, 1, verdict::failed, "boom");
  run.end(4);

  EXPECT_EQ(run.said(),
            "Discovering tests... found 2 tests across 1 groups\n"
            "WARN odd\n"
            "     very odd\n"
            "FAILED t1 (1.2s): boom\n");
}

TEST(SilentProgress, TellsWarningsOnly) {
  scene run{progress_mode::silent};

  run.at_second(1, discovery_ended{2, 1, seconds{1}});
  run.begin(1, 1);
  run.at_second(1, notice{severity::warning, "odd"});
  run.decide(3, 0, verdict::failed, "boom");
  run.end(4);

  EXPECT_EQ(run.said(), "WARN odd\n");
}

TEST(LiveProgress, PutsFailuresAboveTheBlock) {
  scene run{progress_mode::live};
  run.begin(2);
  run.at_second(1, tick{});
  run.said();

  run.decide(2, 0, verdict::failed, "boom");
  run.at_second(2, tick{});

  EXPECT_THAT(run.said(), StartsWith(std::string{terminal::clear_from_line} +
                                     "FAILED t0 (1.2s): boom\n\x1b[?7l 50%"));
}

TEST(LiveProgress, RedrawsAtMostTenTimesASecond) {
  scene run{progress_mode::live};
  run.begin(2);
  run.at_second(1, tick{});
  run.said();

  run.at_second(1.05, tick{});
  EXPECT_EQ(run.said(), "");
  run.at_second(1.1, tick{});
  EXPECT_THAT(run.said(), HasSubstr("0/2"));
}

TEST(LiveProgress, LeavesNothingButWhatStays) {
  scene run{progress_mode::live};
  run.begin(1);
  run.at_second(1, tick{});
  run.said();

  run.decide(1, 0, verdict::failed, "boom");
  run.end(1);

  EXPECT_THAT(run.said(),
              EndsWith(std::string{terminal::clear_from_line} + "FAILED t0 (1.2s): boom\n"));
}

}  // namespace
}  // namespace offload
