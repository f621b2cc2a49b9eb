// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/core/junit.hpp>
#include <offload/core/junit_record.hpp>
#include <offload/report/junit_reporter.hpp>
#include <offload/report/junit_writer.hpp>
#include <report/run_events.hpp>
#include <support/temp_dir.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace offload {
namespace {

using testing::attempt_of;
using ::testing::ContainsRegex;
using testing::contents_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::scripted_run;
using testing::temp_dir;

class JunitReporter : public ::testing::Test {
 protected:
  [[nodiscard]] junit_document written(std::string_view file) const {
    auto report = read_junit(contents_of(dir / file));
    EXPECT_FALSE(report.damage) << *report.damage;
    return report;
  }
  [[nodiscard]] std::vector<std::string> names_in(std::string_view file) const {
    std::vector<std::string> names;
    for (auto const& one : written(file).cases) { names.push_back(one.name); }
    return names;
  }

  temp_dir dir;
  junit_reporter reporter{{.output_dir = dir.path(), .file = "junit.xml", .framework = "pytest"}};
  scripted_run<junit_reporter> run{reporter};
};

TEST_F(JunitReporter, WritesSuitesInTheOrderInWhichBatchesEnd) {
  run.begin(0, "sb-1");
  run.begin(1, "sb-2");
  run.attempt(attempt_of("a", outcome::passed, 0, 0, "sb-1"));
  run.attempt(attempt_of("b", outcome::passed, 0, 1, "sb-2"));
  run.attempt(attempt_of("c", outcome::passed, 0, 0, "sb-1"));
  run.end(1, "sb-2");
  run.end(0, "sb-1");
  run.finish();

  EXPECT_THAT(names_in("junit.xml"), ElementsAre("b", "a", "c"));
}

TEST_F(JunitReporter, WritesARetryBehindTheFailedAttemptWhoseBatchGoesOn) {
  run.begin(0, "sb-1");
  run.begin(1, "sb-2");
  run.attempt(attempt_of("a", outcome::failed, 0, 0, "sb-1"));
  run.begin(2, "sb-3");
  run.attempt(attempt_of("a", outcome::passed, 0, 2, "sb-3"));
  run.attempt(attempt_of("b", outcome::passed, 0, 1, "sb-2"));
  run.end(2, "sb-3");
  run.end(1, "sb-2");
  run.end(0, "sb-1");
  run.finish();

  auto const report = written("junit.xml");
  EXPECT_THAT(names_in("junit.xml"), ElementsAre("b", "a", "a"));
  EXPECT_EQ(report.cases.at(1).ended, outcome::failed);
  EXPECT_EQ(report.cases.at(2).ended, outcome::passed);
}

TEST_F(JunitReporter, WritesBatchesThatWaitForEachOther) {
  run.attempt(attempt_of("a", outcome::failed, 0, 0, "sb-1"));
  run.attempt(attempt_of("b", outcome::failed, 0, 1, "sb-2"));
  run.attempt(attempt_of("a", outcome::passed, 0, 1, "sb-2"));
  run.attempt(attempt_of("b", outcome::passed, 0, 0, "sb-1"));
  run.end(0, "sb-1");
  run.end(1, "sb-2");
  run.finish();

  EXPECT_THAT(names_in("junit.xml"), ElementsAre("a", "b", "b", "a"));
}

TEST_F(JunitReporter, NamesSuitesByFrameworkTimeAndSandbox) {
  run.begin(0, "sb-1");
  run.attempt(attempt_of("a", outcome::passed));
  run.end(0, "sb-1");
  run.finish();

  EXPECT_THAT(contents_of(dir / "junit.xml"),
              ContainsRegex("\n  <testsuite name=\"pytest\" .* "
                            "timestamp=\"[0-9-]+T[0-9:]+\" hostname=\"sb-1\">"));
}

TEST_F(JunitReporter, WritesACaseForEachAttempt) {
  run.attempt(attempt_of("a", outcome::failed, 0, 0));
  run.end(0);
  run.attempt(attempt_of("a", outcome::passed, 0, 1));
  run.end(1);
  run.finish();

  auto const report = written("junit.xml");
  ASSERT_EQ(report.cases.size(), 2U);
  EXPECT_EQ(report.cases[0].ended, outcome::failed);
  EXPECT_EQ(report.cases[1].ended, outcome::passed);
}

TEST_F(JunitReporter, KeepsAllSuitesOfASandboxInItsPart) {
  run.attempt(attempt_of("a", outcome::passed, 0, 0, "sb-1"));
  run.end(0, "sb-1");
  run.attempt(attempt_of("b", outcome::passed, 0, 1, "sb-2"));
  run.end(1, "sb-2");
  run.attempt(attempt_of("c", outcome::passed, 0, 2, "sb-1"));
  run.end(2, "sb-1");

  EXPECT_THAT(names_in("junit-parts/sb-1.xml"), ElementsAre("a", "c"));
  EXPECT_THAT(names_in("junit-parts/sb-2.xml"), ElementsAre("b"));
}

TEST_F(JunitReporter, SharesAPartBetweenIdsWithTheSameFileName) {
  run.attempt(attempt_of("a", outcome::passed, 0, 0, "x/y"));
  run.end(0, "x/y");
  run.attempt(attempt_of("b", outcome::passed, 0, 1, "x:y"));
  run.end(1, "x:y");

  EXPECT_THAT(names_in("junit-parts/x_y.xml"), ElementsAre("a", "b"));
}

TEST_F(JunitReporter, KeepsTheEarlierReportUntilTheEnd) {
  testing::put_file(dir / "junit.xml", "earlier");

  run.attempt(attempt_of("a", outcome::passed));
  run.end(0);

  EXPECT_EQ(contents_of(dir / "junit.xml"), "earlier");
  EXPECT_THAT(names_in("junit.xml.new"), ElementsAre("a"));
}

TEST_F(JunitReporter, KeepsTheReportThatItReplaces) {
  testing::put_file(dir / "junit.xml", "earlier");
  testing::put_file(dir / "junit.previous.xml", "even earlier");

  run.attempt(attempt_of("a", outcome::passed));
  run.finish();

  EXPECT_EQ(contents_of(previous_path(dir / "junit.xml")), "earlier");
  EXPECT_THAT(names_in("junit.xml"), ElementsAre("a"));
}

TEST_F(JunitReporter, HasNoPreviousReportWhenThereWasNone) {
  testing::put_file(dir / "junit.previous.xml", "of some other time");

  run.finish();

  EXPECT_FALSE(std::filesystem::exists(dir / "junit.previous.xml"));
}

TEST(JunitSelection, IsMarkedInAComment) {
  temp_dir const dir;
  auto const mark = [&](std::string selection) {
    junit_reporter reporter{{.output_dir = dir.path(),
                             .file = "junit.xml",
                             .framework = "pytest",
                             .selection = std::move(selection)}};
    scripted_run<junit_reporter> run{reporter};
    run.attempt(attempt_of("a", outcome::passed));
    run.finish();
    auto const text = contents_of(dir / "junit.xml");
    EXPECT_EQ(read_junit(text).cases.size(), 1U);
    return marks_of(text).selection;
  };

  EXPECT_EQ(mark("all --> of them"), mark("all --> of them"));
  EXPECT_NE(mark("all"), mark("some"));
  EXPECT_EQ(mark(""), "");
}

TEST_F(JunitReporter, WritesBatchesThatAreOpenAtTheEnd) {
  run.begin(0);
  run.attempt(attempt_of("a", outcome::passed));
  run.finish();

  EXPECT_THAT(names_in("junit.xml"), ElementsAre("a"));
}

TEST_F(JunitReporter, WritesNoSuiteForABatchWithoutResults) {
  run.begin(0);
  run.end(0, "sb-1", batch_end::error, "sandbox lost");
  run.finish();

  EXPECT_THAT(contents_of(dir / "junit.xml"), Not(HasSubstr("<testsuite ")));
}

TEST_F(JunitReporter, ListsTestsThatDidNotRunInASuiteOfTheirOwn) {
  std::vector<test_record> records(2);
  records[0].test.id = {"a"};
  records[0].ended = verdict::passed;
  records[1].test.id = {"b"};
  records[1].ended = verdict::not_run;
  records[1].reason = "stopped at the first failure";

  run.finish(records);

  auto const report = written("junit.xml");
  ASSERT_EQ(report.cases.size(), 1U);
  EXPECT_EQ(report.cases[0].suite, "not run");
  EXPECT_EQ(report.cases[0].name, "b");
  EXPECT_EQ(report.cases[0].ended, outcome::not_run);
  EXPECT_EQ(report.cases[0].message, "not run: stopped at the first failure");
}

TEST_F(JunitReporter, KeepsWhatAnEarlierRunSaidOfOtherTests) {
  auto const earlier = record_of_junit(
      "<testsuite id='3'><testcase name='kept' file='f.py' line='4' time='1.5'>"
      "<system-out>said</system-out></testcase><testcase name='again' time='1'/></testsuite>"
      "<testsuite id='4'><testcase name='left'><skipped message='why'/></testcase></testsuite>",
      {.good_outputs = true});
  junit_reporter completing{{dir.path(), "junit.xml", "pytest"}};
  scripted_run again{completing};
  for (auto const& test : earlier.tests) { again.tell(result_kept{test}); }
  std::vector<test_record> records(1);
  records[0].test.id = {"again"};
  records[0].ended = verdict::failed;

  again.attempt(attempt_of("again", outcome::failed));
  again.end(0);
  again.finish(records);

  auto const report = written("junit.xml");
  ASSERT_EQ(report.cases.size(), 3U);
  EXPECT_EQ(report.cases[0].name, "again");
  EXPECT_EQ(report.cases[0].ended, outcome::failed);
  EXPECT_EQ(report.cases[1].name, "kept");
  EXPECT_EQ(report.cases[1].time, seconds{1.5});
  EXPECT_EQ(report.cases[1].place, (source_place{"f.py", 4}));
  EXPECT_EQ(report.cases[1].out, "said");
  EXPECT_EQ(report.cases[1].suite_id, 3U);
  EXPECT_EQ(report.cases[2].ended, outcome::skipped);
  EXPECT_EQ(report.cases[2].message, "why");
}

TEST_F(JunitReporter, TellsWhatCouldNotBeWritten) {
  testing::put_file(dir / "junit-parts", "in the way");

  run.attempt(attempt_of("a", outcome::passed));
  run.end(0);
  run.finish();

  ASSERT_TRUE(reporter.failure());
  EXPECT_THAT(reporter.failure()->message, HasSubstr("junit-parts/sb-1.xml"));
  EXPECT_THAT(names_in("junit.xml"), ElementsAre("a"));
}

}  // namespace
}  // namespace offload
