// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/core/junit.hpp>
#include <offload/report/junit_writer.hpp>
#include <report/run_events.hpp>
#include <support/temp_dir.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace offload {
namespace {

using testing::attempt_of;
using testing::contents_of;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using testing::temp_dir;

/// What a reader makes of a suite with this attempt in it.
junit_case read_back(attempt const& one) {
  junit_suite suite;
  suite.add(one);
  auto const report = read_junit(suite.line({"s"}));
  EXPECT_FALSE(report.damage);
  EXPECT_EQ(report.cases.size(), 1U);
  return report.cases.empty() ? junit_case{} : report.cases.front();
}

TEST(JunitSuite, WritesOneLineWithItsSums) {
  junit_suite suite;
  suite.add(attempt_of("a.py::x", outcome::passed, 0.25));
  suite.add(attempt_of("a.py::y", outcome::errored, 0.5));

  EXPECT_EQ(suite.line({"pytest", "2026-05-04T10:00:00", "sb-1"}),
            "  <testsuite name=\"pytest\" tests=\"2\" failures=\"0\" errors=\"1\" skipped=\"0\" "
            "time=\"0.750\" timestamp=\"2026-05-04T10:00:00\" hostname=\"sb-1\">"
            "<testcase name=\"a.py::x\" time=\"0.250\"></testcase>"
            "<testcase name=\"a.py::y\" time=\"0.500\"><error message=\"errored\"></error>"
            "</testcase></testsuite>\n");
}

TEST(JunitSuite, GivesIdsBackByteByByte) {
  for (std::string const id : {"a b", " a  b ", "a\tb", "a\nb", "a\r\nb", "\"'<&>\"", "]]>",
                               "a[\xC3\xA4-\xE2\x82\xAC-\xF0\x9F\x98\x80]", "&#10;&amp;",
                               "src/a.test.ts > it's > \"done\"", "\\x1b", "\x7F\xC2\x85"}) {
    EXPECT_EQ(read_back(attempt_of(id, outcome::passed)).name, id);
  }
}

TEST(JunitSuite, MakesForbiddenCharactersOfIdsVisible) {
  using namespace std::string_literals;

  EXPECT_EQ(read_back(attempt_of("a\x1b[1m\0\x01"s, outcome::passed)).name, "a\\x1b[1m\\x00\\x01");
}

TEST(JunitSuite, RepairsTextThatIsNoUtf8) {
  auto one = attempt_of("a", outcome::failed);
  one.report.text = "\xFF|\xC3|\xED\xA0\x80|\xC0\x80|\xEF\xBF\xBF|\xF4\x90\x80\x80|\xE2\x82";
  std::string const r = "\xEF\xBF\xBD";

  EXPECT_EQ(read_back(one).text, r + "|" + r + "|" + r + r + r + "|" + r + r + "|" + r + r + r +
                                     "|" + r + r + r + r + "|" + r + r);
}

TEST(JunitSuite, LeavesTerminalColoursOutOfTexts) {
  auto one = attempt_of("a", outcome::failed);
  one.report.message = "\x1b[31mbad\x1b[0m\x1b";
  one.report.text = "\x1b[1;31mred\x1b[K\r\nplain\t\x1b";

  auto const read = read_back(one);

  EXPECT_EQ(read.message, "bad\\x1b");
  EXPECT_EQ(read.text, "red\r\nplain\t\\x1b");
}

TEST(JunitSuite, GivesBackAllOfABadAttempt) {
  auto one = attempt_of("a", outcome::timed_out, 1.5);
  one.report.message = "line 1\nline \"2\"";
  one.report.text = "> assert a < b ]]>\n";
  one.report.out = std::string(10'000, 'o');
  one.report.err = std::string(10'000, 'e');
  one.report.place = {"tests/a b.py", 17};

  auto const read = read_back(one);

  EXPECT_EQ(read.ended, outcome::timed_out);
  EXPECT_EQ(read.message, one.report.message);
  EXPECT_EQ(read.text, one.report.text);
  EXPECT_EQ(read.out, one.report.out);
  EXPECT_EQ(read.err, one.report.err);
  EXPECT_EQ(read.place, one.report.place);
  EXPECT_EQ(read.time, seconds{1.5});
}

TEST(JunitSuite, ShortensTheOutputOfPassingAttempts) {
  auto one = attempt_of("a", outcome::passed);
  one.report.out = "begin" + std::string(10'000, 'o') + "end";

  auto const read = read_back(one);

  EXPECT_THAT(read.out, StartsWith("begin"));
  EXPECT_THAT(read.out, HasSubstr("[... 5912 bytes left out ...]"));
  EXPECT_THAT(read.out, EndsWith("end"));
}

TEST(JunitSuite, CutsNoCharacterOfTheOutputOfPassingAttempts) {
  auto one = attempt_of("a", outcome::passed);
  one.report.out = "x";
  for (int i = 0; i < 2000; ++i) { one.report.out += "\u20ac"; }

  EXPECT_THAT(read_back(one).out, Not(HasSubstr("\uFFFD")));
}

TEST(JunitSuite, KeepsSkippedTestsSkipped) {
  auto one = attempt_of("a", outcome::skipped);
  one.report.message = "no gpu";

  auto const read = read_back(one);

  EXPECT_EQ(read.ended, outcome::skipped);
  EXPECT_EQ(read.message, "no gpu");
}

TEST(JunitSuite, MarksTestsThatDidNotRun) {
  junit_suite suite;
  suite.add_not_run({.id = {"a"}, .groups = {}, .place = {"a.py", 2}}, "stopped early");

  EXPECT_EQ(suite.totals().skipped, 1U);
  EXPECT_THAT(suite.line({"not run"}),
              HasSubstr("<testcase name=\"a\" file=\"a.py\" line=\"2\" time=\"0.000\"><skipped "
                        "type=\"offload.not_run\" message=\"not run: stopped early\"/>"));
}

TEST(JunitSuite, LeavesOutAttemptsThatNeverStarted) {
  junit_suite suite;
  suite.add(attempt_of("a", outcome::not_run));

  EXPECT_EQ(suite.totals(), junit_totals{});
}

TEST(JunitWriter, PutsTheSumsInFront) {
  temp_dir const dir;
  junit_writer writer{dir / "part.xml"};
  junit_suite suite;
  suite.add(attempt_of("a", outcome::failed, 0.5));

  writer.append(suite, {"pytest"});
  writer.append(suite, {"pytest"});

  auto const written = contents_of(dir / "part.xml");
  EXPECT_THAT(written,
              StartsWith("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"offload\" "
                         "tests=\"2\" failures=\"2\" errors=\"0\" skipped=\"0\" time=\"1.000\">"));
  EXPECT_EQ(read_junit(written).cases.size(), 2U);
}

TEST(JunitWriter, IsCompleteAfterEachSuite) {
  temp_dir const dir;
  junit_writer writer{dir / "part.xml"};

  for (std::size_t suites = 1; suites < 20; ++suites) {
    junit_suite suite;
    suite.add(attempt_of("a", outcome::passed));
    writer.append(suite, {"pytest"});

    auto const report = read_junit(contents_of(dir / "part.xml"));
    EXPECT_EQ(report.cases.size(), suites);
    EXPECT_FALSE(report.damage);
  }
}

TEST(JunitWriter, ReplacesAnEarlierReportOnlyAtTheEnd) {
  temp_dir const dir;
  testing::put_file(dir / "junit.xml", "earlier");
  junit_writer writer{dir / "junit.xml.new"};
  junit_suite suite;
  suite.add(attempt_of("a", outcome::passed));

  writer.append(suite, {"pytest"});
  EXPECT_EQ(contents_of(dir / "junit.xml"), "earlier");
  writer.publish_as(dir / "junit.xml");

  EXPECT_EQ(read_junit(contents_of(dir / "junit.xml")).cases.size(), 1U);
  EXPECT_FALSE(std::filesystem::exists(dir / "junit.xml.new"));
}

TEST(JunitWriter, PublishesAReportWithoutSuites) {
  temp_dir const dir;
  junit_writer writer{dir / "sub/junit.xml.new"};

  writer.publish_as(dir / "sub/junit.xml");

  EXPECT_THAT(contents_of(dir / "sub/junit.xml"), HasSubstr("tests=\"0\""));
  EXPECT_FALSE(read_junit(contents_of(dir / "sub/junit.xml")).damage);
}

TEST(JunitWriter, KeepsTheFirstFailure) {
  temp_dir const dir;
  testing::put_file(dir / "file", "");
  junit_writer writer{dir / "file/junit.xml"};

  writer.append(junit_suite{}, {"pytest"});
  writer.publish_as(dir / "junit.xml");

  ASSERT_TRUE(writer.failure());
  EXPECT_THAT(writer.failure()->message, HasSubstr("cannot open"));
  EXPECT_FALSE(std::filesystem::exists(dir / "junit.xml"));
}

TEST(JunitWriter, NoticesAFullDisk) {
  if (!std::filesystem::exists("/dev/full")) { GTEST_SKIP() << "there is no /dev/full here"; }
  junit_writer writer{"/dev/full"};

  writer.append(junit_suite{}, {"pytest"});

  ASSERT_TRUE(writer.failure());
  EXPECT_THAT(writer.failure()->message, HasSubstr("No space left"));
}

}  // namespace
}  // namespace offload
