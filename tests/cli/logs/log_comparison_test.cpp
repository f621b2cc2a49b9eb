// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "logs/log_comparison.hpp"

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "logs_of_reports.hpp"

namespace offload {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

test_log log_with(std::string_view cases, std::string_view selection = "s1") {
  auto const mark = selection.empty() ? "" : fmt::format("<!-- selection {} -->", selection);
  return *testing::read_test_log(fmt::format("<testsuites>{}{}</testsuites>", mark, cases), {});
}

std::string passing(std::string_view name, double took = 0.1) {
  return fmt::format("<testcase name='{}' time='{}'/>", name, took);
}
std::string failing(std::string_view name) {
  return fmt::format("<testcase name='{}'><failure message='no'/></testcase>", name);
}
std::string flaky(std::string_view name) { return failing(name) + passing(name); }
std::string not_run(std::string_view name) {
  return fmt::format("<testcase name='{}'><skipped type='offload.not_run'/></testcase>", name);
}

std::vector<std::string> names(log_comparison const& all, change what) {
  std::vector<std::string> found;
  for (auto const& one : all.changes.at(static_cast<std::size_t>(what))) {
    found.push_back(one.name);
  }
  return found;
}

TEST(LogComparison, TellsWhatHasChanged) {
  auto const before =
      log_with(passing("breaks") + failing("fixed") + failing("stays") + passing("gone") +
               passing("shakes") + passing("slow", 1) + passing("same") + flaky("still shaky"));
  auto const now = log_with(failing("breaks") + passing("fixed") + failing("stays") +
                            passing("added") + flaky("shakes") + passing("slow", 2.5) +
                            passing("same", 0.3) + flaky("still shaky"));

  auto const all = compare_logs(before, now);

  EXPECT_THAT(names(all, change::newly_failing), ElementsAre("breaks"));
  EXPECT_THAT(names(all, change::fixed), ElementsAre("fixed"));
  EXPECT_THAT(names(all, change::still_failing), ElementsAre("stays"));
  EXPECT_THAT(names(all, change::added), ElementsAre("added"));
  EXPECT_THAT(names(all, change::gone), ElementsAre("gone"));
  EXPECT_THAT(names(all, change::newly_flaky), ElementsAre("shakes"));
  EXPECT_THAT(names(all, change::much_slower), ElementsAre("slow"));
}

TEST(LogComparison, TakesATestThatDidNotTakePartForNeitherFixedNorGone) {
  auto const before = log_with(failing("a") + passing("b") + failing("c"), "all");

  auto const part = compare_logs(before, log_with(not_run("a"), "half of them"));
  auto const unknown = compare_logs(log_with(passing("x"), ""), log_with(passing("y"), ""));

  EXPECT_FALSE(part.same_selection);
  for (auto const& some : part.changes) { EXPECT_THAT(some, IsEmpty()); }
  EXPECT_THAT(names(unknown, change::gone), IsEmpty());
  EXPECT_THAT(names(unknown, change::added), IsEmpty());
}

TEST(LogComparison, TellsOfANewTestThatFailsTwice) {
  auto const all = compare_logs(log_with(""), log_with(failing("a") + flaky("b")));

  EXPECT_THAT(names(all, change::added), ElementsAre("a", "b"));
  EXPECT_THAT(names(all, change::newly_failing), ElementsAre("a"));
  EXPECT_THAT(names(all, change::newly_flaky), ElementsAre("b"));
}

TEST(LogComparison, IsShownWithNumbersFirst) {
  auto const all = compare_logs(log_with(passing("a") + passing("s", 1)),
                                log_with(failing("a") + passing("s", 5) + passing("n")));

  EXPECT_EQ(render_text(all, 9),
            "Since the run before: 1 newly failing, 1 new, 1 much slower\n\n"
            "newly failing (1):\n  a: failed, was passed\n\nnew (1):\n  n\n\n"
            "much slower (1):\n  s: 5.0s instead of 1.0s\n");
  EXPECT_EQ(render_text(compare_logs(log_with("x"), log_with("x")), 9),
            "Since the run before: nothing has changed\n");
}

TEST(LogComparison, KeepsToABudget) {
  std::string cases;
  for (int i = 0; i < 300; ++i) { cases += failing(fmt::format("test number {}", i)); }
  auto const all = compare_logs(log_with(""), log_with(cases));

  for (std::size_t budget = 1; budget < 3000; budget += 97) {
    EXPECT_LE(text_within(budget, all).size(), budget);
  }
  EXPECT_THAT(text_within(1000, all), HasSubstr("300 newly failing, 300 new"));
  EXPECT_GT(text_within(1000, all).size(), 800U);
}

}  // namespace
}  // namespace offload
