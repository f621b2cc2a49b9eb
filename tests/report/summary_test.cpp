// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/report/summary.hpp>

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace offload {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

test_record record_of(std::string id, verdict ended, std::string reason = "", double took = 0) {
  test_record record;
  record.test.id = {std::move(id)};
  record.ended = ended;
  record.reason = std::move(reason);
  record.attempts = ended == verdict::not_run ? 0 : 1;
  record.longest = seconds{took};
  return record;
}

class Summary : public ::testing::Test {
 protected:
  void add(std::string id, verdict ended, std::string reason = "", double took = 0) {
    tests.push_back(record_of(std::move(id), ended, std::move(reason), took));
  }
  void add_many(std::size_t n, verdict ended, std::string const& reason = "") {
    for (std::size_t i = 0; i < n; ++i) { add(fmt::format("t{}", tests.size()), ended, reason); }
  }
  [[nodiscard]] std::string text(text_style style = text_style::plain) {
    summary.tests = tests;
    summary.sandboxes = sandboxes;
    return render_summary(summary, style);
  }

  std::vector<test_record> tests;
  std::vector<sandbox_use> sandboxes;
  run_summary summary{.duration = seconds{0.0125}};
};

TEST_F(Summary, OfAGoodRunIsShort) {
  add_many(2, verdict::passed);

  EXPECT_EQ(text(),
            "\n"
            "Test Results:\n"
            "  Total:   2\n"
            "  Passed:  2\n"
            "  Failed:  0\n"
            "  Duration: 12.5ms\n"
            "\n"
            "All tests passed!\n");
}

TEST_F(Summary, HasALineForEachKindOfVerdict) {
  add("p", verdict::passed);
  add("f", verdict::failed, "assert 1 == 2");
  add("n", verdict::not_run, "no sandbox was left");
  add("k", verdict::flaky, "timed out");
  add("s", verdict::skipped, "not on this machine");

  EXPECT_EQ(text(),
            "\n"
            "Test Results:\n"
            "  Total:   4\n"
            "  Passed:  2\n"
            "  Failed:  1\n"
            "  Not Run: 1\n"
            "  Flaky:   1\n"
            "  Skipped: 1\n"
            "  Duration: 12.5ms\n"
            "\n"
            "Failed tests:\n"
            "  f\n"
            "      assert 1 == 2\n"
            "\n"
            "Flaky tests:\n"
            "  k\n"
            "      timed out\n"
            "\n"
            "Not run:\n"
            "  no sandbox was left (1 test):\n"
            "    n\n"
            "\n"
            "Some tests failed.\n");
}

TEST_F(Summary, OfCountsOnlyNamesNoTests) {
  add("a", verdict::passed);
  add("b", verdict::failed, "boom");
  summary.tests = tests;

  EXPECT_EQ(render_summary(summary, text_style::plain, cost_display::none, summary_extent::counts),
            "\nTest Results:\n  Total:   2\n  Passed:  1\n  Failed:  1\n  Duration: 12.5ms\n\n"
            "Some tests failed.\n");
}

TEST_F(Summary, OfNoTestsIsEmpty) { EXPECT_EQ(text(), ""); }

TEST_F(Summary, SaysWhereAFailedTestIsWritten) {
  add("a::x", verdict::failed, "\n  boom\nand more");
  tests[0].test.place = {"tests/a.py", 12};
  tests[0].attempts = 3;

  EXPECT_THAT(text(), HasSubstr("  a::x  (tests/a.py:12, 3 attempts)\n      boom\n"));
}

TEST_F(Summary, ShowsSoManyNamesAtMost) {
  add_many(10'000, verdict::failed, "boom");
  add_many(10'000, verdict::flaky, "boom");
  add_many(10'000, verdict::not_run, "stopped");

  auto const shown = text();

  EXPECT_LT(shown.size(), 3000U);
  EXPECT_THAT(shown,
              HasSubstr("  t19\n      boom\n  ... and 9980 more: offload logs --failures\n"));
  EXPECT_THAT(shown, HasSubstr("  t10009\n      boom\n  ... and 9990 more\n"));
  EXPECT_THAT(shown, HasSubstr("  stopped (10000 tests):\n    t20000\n"));
  EXPECT_THAT(shown, HasSubstr("    t20009\n  ... and 9990 more\n"));
}

TEST_F(Summary, GroupsTestsThatWereNotRunByReason) {
  add("a", verdict::not_run, "lost");
  add("b", verdict::not_run, "unknown there");
  add("c", verdict::not_run, "lost");
  add("d", verdict::not_run);

  EXPECT_THAT(text(), HasSubstr("Not run:\n"
                                "  lost (2 tests):\n    a\n    c\n"
                                "  unknown there (1 test):\n    b\n"
                                "  for an unknown reason (1 test):\n    d\n"));
}

TEST_F(Summary, ShowsNamesWithoutControlCharacters) {
  add("a\x1b[2J\nb", verdict::failed, "red \x1b[31m");

  EXPECT_THAT(text(), HasSubstr("  a\\x1b[2J\\nb\n      red \\x1b[31m\n"));
}

TEST_F(Summary, NamesTheSlowestTestsOfALongRun) {
  for (int i = 0; i < 7; ++i) {
    add(fmt::format("t{}", i), verdict::passed, "", i == 3 ? 65 : 0.1 * (i / 2 + 1));
  }
  summary.duration = seconds{70};

  EXPECT_THAT(text(), HasSubstr("\nSlowest tests:\n"
                                "    1m05s  t3\n"
                                "    400ms  t6\n"
                                "    300ms  t4\n"
                                "    300ms  t5\n"
                                "    200ms  t2\n\n"));

  summary.duration = seconds{1};
  EXPECT_THAT(text(), Not(HasSubstr("Slowest")));
}

TEST_F(Summary, SaysHowBusyTheSandboxesWere) {
  add("a", verdict::passed);
  sandboxes = {{{"s0"}, seconds{10}, seconds{10}}, {{"s1"}, seconds{10}, seconds{8.6}}};
  summary.first_test = seconds{0.31};

  EXPECT_THAT(text(), HasSubstr("\nSandboxes: 2, 93% busy; first test after 310ms\n\n"));
}

TEST_F(Summary, SaysHowFarTheRunWasFromTheBoundAndWhy) {
  for (int i = 0; i < 20; ++i) { add(fmt::format("t{}", i), verdict::passed, "", 1); }
  sandboxes = {{{"s0"}, seconds{12}, seconds{10}}, {{"s1"}, seconds{12}, seconds{10}}};
  summary.first_test = seconds{1.5};
  summary.duration = seconds{12};

  EXPECT_THAT(
      text(),
      HasSubstr("\nMakespan: 1.20 times the least possible 10.0s (all sandboxes busy all the "
                "time): start-up 1.5s, imbalance 500ms\n\n"));
}

TEST_F(Summary, SaysThatARunWaitedForALongPole) {
  add("long", verdict::passed, "", 10);
  add("short", verdict::passed, "", 1);
  sandboxes = {{{"s0"}, seconds{10}, seconds{10}}, {{"s1"}, seconds{10}, seconds{1}}};
  summary.duration = seconds{10};

  EXPECT_THAT(text(), HasSubstr("\nMakespan: 1.00 times the least possible 10.0s (long pole: the "
                                "slowest test)\n\n"));
}

TEST_F(Summary, SaysNothingOfTheBoundOfAShortRun) {
  add("a", verdict::passed, "", 0.5);
  sandboxes = {{{"s0"}, seconds{1}, seconds{0.5}}};
  summary.duration = seconds{1};

  EXPECT_THAT(text(), Not(HasSubstr("Makespan")));
}

TEST_F(Summary, SaysWhyARunEndedEarly) {
  add("a", verdict::failed, "boom");
  summary.ended = run_end::stopped_early;
  summary.why_stopped = "stopped early: a test has failed (--fail-fast)";
  EXPECT_THAT(text(), EndsWith("\nStopped early: a test has failed (--fail-fast).\n"
                               "Some tests failed.\n"));

  summary.ended = run_end::interrupted;
  summary.why_stopped = "";
  EXPECT_THAT(text(), EndsWith("\nThe run was interrupted.\nSome tests failed.\n"));
}

TEST_F(Summary, TellsAMissingTestFromMissingResults) {
  add("a", verdict::not_run, "lost");
  EXPECT_THAT(text(), HasSubstr("\nNo test results were collected.\n"));

  add("b", verdict::passed);
  EXPECT_THAT(text(), EndsWith("\nSome tests were not run.\n"));
}

TEST_F(Summary, IsColouredOnlyWhenAsked) {
  add("a", verdict::failed, "boom");

  EXPECT_THAT(text(text_style::coloured), HasSubstr("\x1b[31m  Failed:  1\x1b[0m\n"));
  EXPECT_THAT(text(text_style::coloured), HasSubstr("\n  Passed:  0\n"));
  EXPECT_THAT(text(), Not(HasSubstr("\x1b")));
}

TEST_F(Summary, IsWrittenWhenTheRunEnds) {
  add("a", verdict::passed);
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> const file{std::tmpfile(), std::fclose};
  auto const expected = text();

  summary_reporter reporter{file.get()};
  reporter.on({time_point{}, run_ended{summary}});

  std::rewind(file.get());
  std::string written(expected.size() + 1, '\0');
  written.resize(std::fread(written.data(), 1, written.size(), file.get()));
  EXPECT_EQ(written, expected);
}

TEST(PreciseDuration, HasAllDigitsAndNoMore) {
  EXPECT_EQ(precise_duration(seconds{6.012345678}), "6.012345678s");
  EXPECT_EQ(precise_duration(seconds{2}), "2s");
  EXPECT_EQ(precise_duration(seconds{90.5}), "90.5s");
  EXPECT_EQ(precise_duration(seconds{0.0125}), "12.5ms");
  EXPECT_EQ(precise_duration(seconds{0.000003}), "3\u00b5s");
  EXPECT_EQ(precise_duration(seconds{0.00000004}), "40ns");
  EXPECT_EQ(precise_duration(seconds{-1}), "0ns");
}

}  // namespace
}  // namespace offload
