// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "heard.hpp"

#include <offload/framework/junit_stream.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace offload {
namespace {

using testing::batch_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::hear;
using testing::hear_bytes;
using testing::hear_cut;
using ::testing::IsEmpty;
using testing::reader_of;

std::string const begin = "\x1e{\"event\":\"file\",\"batch\":7,\"path\":\"/tmp/r.xml\"}\n";
std::string const end = "\x1e{\"event\":\"file_end\",\"batch\":7}\n";
std::string const no_file = "\x1e{\"event\":\"no_file\",\"batch\":7,\"path\":\"/tmp/r.xml\"}\n";

std::string sent(std::string const& cases) {
  return begin + "<testsuite name=\"s\">" + cases + "</testsuite>\n" + end;
}

constexpr exit_status failed_with_1{1, 0};

TEST(JunitStreamReader, ReportsEachTestOfTheFile) {
  auto const said = hear(
      reader_of<junit_stream_reader>({"a", "b", "c", "d"}),
      sent("<testcase name='a' time='1.5' file='a.py' line='3'><system-out>o</system-out>"
           "<system-err>e</system-err></testcase>"
           "<testcase name='b'><failure message='no'>because</failure></testcase>"
           "<testcase name='c'><error/></testcase><testcase name='d'><skipped message='later'/>"
           "</testcase>"),
      failed_with_1);

  EXPECT_THAT(said.outcomes(), ElementsAre("a passed", "b failed", "c errored", "d skipped"));
  auto const reports = said.reports();
  EXPECT_EQ(reports[0].duration, seconds{1.5});
  EXPECT_EQ(reports[0].place, (source_place{"a.py", 3}));
  EXPECT_EQ(reports[0].out, "o");
  EXPECT_EQ(reports[0].err, "e");
  EXPECT_EQ(reports[1].message, "no");
  EXPECT_EQ(reports[1].text, "because");
  EXPECT_EQ(reports[3].message, "later");
  EXPECT_THAT(said.warnings(), IsEmpty());
}

TEST(JunitStreamReader, DoesNotMindWhereTheOutputIsCut) {
  auto const out = "before " + sent("<testcase name='a'/>") + "after";

  for (std::size_t cut = 0; cut <= out.size(); ++cut) {
    auto const said = hear_cut(reader_of<junit_stream_reader>({"a"}), out, cut);

    EXPECT_THAT(said.outcomes(), ElementsAre("a passed")) << "cut at " << cut;
    EXPECT_EQ(said.output(), "before after") << "cut at " << cut;
    EXPECT_THAT(said.warnings(), IsEmpty()) << "cut at " << cut;
  }
  EXPECT_THAT(hear_bytes(reader_of<junit_stream_reader>({"a"}), out).outcomes(),
              ElementsAre("a passed"));
}

TEST(JunitStreamReader, PassesTheCommandsOutputOn) {
  auto const said =
      hear(reader_of<junit_stream_reader>({"a"}), "dots ...\n" + no_file, {}, "warning\n");

  EXPECT_EQ(said.output(stream::out), "dots ...\n");
  EXPECT_EQ(said.output(stream::err), "warning\n");
}

TEST(JunitStreamReader, TakesRecordsOfOthersForOutput) {
  std::string const other = "\x1e{\"event\":\"file\",\"batch\":8,\"path\":\"x\"}\n";
  std::string const strange = "\x1e[1]\n\x1enot JSON\n\x1e{\"event\":5,\"batch\":7}\n";

  auto const said =
      hear(reader_of<junit_stream_reader>({"a"}), other + strange + sent("<testcase name='a'/>"));

  EXPECT_THAT(said.outcomes(), ElementsAre("a passed"));
  EXPECT_THAT(said.output(), HasSubstr("not JSON\n"));
  EXPECT_THAT(said.output(), HasSubstr("\"batch\":8"));
}

TEST(JunitStreamReader, FindsTheFileBehindAnOpenRecord) {
  auto const said =
      hear(reader_of<junit_stream_reader>({"a"}), "\x1e{\"half\":" + sent("<testcase name='a'/>"));

  EXPECT_THAT(said.outcomes(), ElementsAre("a passed"));
}

TEST(JunitStreamReader, ReadsAFileWithRecordSeparatorsInIt) {
  auto const said =
      hear(reader_of<junit_stream_reader>({"a", "b"}),
           sent("<testcase name='a'><failure>x\x1ey\nz</failure></testcase><testcase name='b'/>"),
           failed_with_1);

  EXPECT_THAT(said.outcomes(), ElementsAre("a failed", "b passed"));
  EXPECT_THAT(said.reports()[0].text, HasSubstr("y\nz"));
}

TEST(JunitStreamReader, KeepsWhatIsCompleteOfACutFile) {
  auto const said = hear(reader_of<junit_stream_reader>({"a", "b"}),
                         begin + "<testsuite><testcase name='a'/><testc");

  EXPECT_THAT(said.outcomes(), ElementsAre("a passed"));
  ASSERT_EQ(said.warnings().size(), 1u);
  EXPECT_THAT(said.warnings()[0], HasSubstr("/tmp/r.xml is damaged"));
  EXPECT_THAT(said.warnings()[0], HasSubstr("1 results in it are complete"));
}

/// The failure of a suite may have been there.
TEST(JunitStreamReader, SaysThatSomethingFailedWhereTheEndDidNotArriveBehindAllResults) {
  auto const said = hear(reader_of<junit_stream_reader>({"a"}),
                         begin + "<testsuite><testcase name='a'/></testsuite>");

  EXPECT_THAT(said.outcomes(), ElementsAre("a passed"));
  EXPECT_THAT(said.outside(), ElementsAre("the result file"));
}

TEST(JunitStreamReader, SaysThatSomethingFailedWhereAFileIsCutBehindAllResults) {
  for (std::string const rest : {"<testcase na", "<error mess", "", "<testcase name='b'>"}) {
    auto const said = hear(reader_of<junit_stream_reader>({"a"}),
                           begin + "<testsuite><testcase name='a'/>" + rest + end);

    EXPECT_THAT(said.outcomes(), ElementsAre("a passed"));
    EXPECT_THAT(said.outside(), ElementsAre("the result file")) << rest;
  }
}

TEST(JunitStreamReader, SaysWhereNoResultFileWasFound) {
  auto const said = hear(reader_of<junit_stream_reader>({"a"}), no_file, {127, 0});

  EXPECT_THAT(said.reports(), IsEmpty());
  EXPECT_THAT(said.warnings(),
              ElementsAre("the command wrote no result file (exit status 127); it was expected at "
                          "/tmp/r.xml"));
}

TEST(JunitStreamReader, SaysThatTheResultFileIsEmpty) {
  auto const said = hear(reader_of<junit_stream_reader>({"a"}), begin + "\n" + end, failed_with_1);

  EXPECT_THAT(said.reports(), IsEmpty());
  EXPECT_THAT(said.warnings(),
              ElementsAre("the command left its result file empty (exit status 1): /tmp/r.xml"));
}

TEST(JunitStreamReader, SaysThatTheCommandEndedTooEarly) {
  auto const said = hear(reader_of<junit_stream_reader>({"a"}), "half a li", {137, 9});

  EXPECT_THAT(said.reports(), IsEmpty());
  EXPECT_THAT(
      said.warnings(),
      ElementsAre("the command ended (signal 9 (SIGKILL)) before its result file could be sent"));
}

TEST(JunitStreamReader, SaysThatAFileHoldsNoJunitReport) {
  auto const said = hear(reader_of<junit_stream_reader>({"a"}), begin + "{\"tests\": 1}\n" + end);

  EXPECT_THAT(said.reports(), IsEmpty());
  EXPECT_THAT(said.warnings(),
              ElementsAre(HasSubstr("it contains no JUnit report"),
                          HasSubstr("reports none of the 1 tests (exit status 0)")));
}

TEST(JunitStreamReader, NamesAResultThatFitsNoTestAndKeepsTheOthers) {
  auto const said =
      hear(reader_of<junit_stream_reader>({"a"}),
           sent("<testcase classname='C' name='x'><error message='import&#10;more'/></testcase>"
                "<testcase name='a'/>"),
           failed_with_1);

  EXPECT_THAT(said.outcomes(), ElementsAre("a passed", "x errored"))
      << "the ledger knows all tests";
  EXPECT_EQ(said.reports()[1].message, "import\nmore");
}

TEST(JunitStreamReader, NamesAResultThatFitsSeveralTests) {
  auto const said = hear(reader_of<junit_stream_reader>({"a/x.py::t", "b/x.py::t"}),
                         sent("<testcase name='t'/>"));

  EXPECT_THAT(said.reports(), IsEmpty());
  EXPECT_THAT(said.warnings()[0],
              HasSubstr("the result `t` (passed) matches several tests equally well"));
}

TEST(JunitStreamReader, NamesOnlyTheFirstOfManyResultsThatFitNoTest) {
  std::string cases = "<testcase name='a'/>";
  for (int i = 0; i < 15; ++i) { cases += fmt::format("<testcase name='x{}'/>", i); }

  auto const said = hear(reader_of<junit_stream_reader>({"a"}), sent(cases));

  EXPECT_EQ(said.warnings().size(), 11u);
  EXPECT_EQ(said.warnings().back(), "5 more results match no test");
}

TEST(JunitStreamReader, FailsATestWhenOneOfItsCasesFails) {
  auto const said =
      hear(reader_of<junit_stream_reader>({"a"}),
           sent("<testcase name='a' time='1'/><testcase name='a' time='2'><error message='e'>one"
                "</error></testcase><testcase name='a' time='3'><failure message='f'>two</failure>"
                "</testcase><testcase name='a'><skipped message='s'>three</skipped></testcase>"),
           failed_with_1);

  ASSERT_THAT(said.outcomes(), ElementsAre("a failed"));
  EXPECT_EQ(said.reports()[0].duration, seconds{6});
  EXPECT_EQ(said.reports()[0].message, "f");
  EXPECT_EQ(said.reports()[0].text, "one\ntwo");
}

TEST(JunitStreamReader, PassesATestOfWhichAPartIsSkipped) {
  auto const said = hear(reader_of<junit_stream_reader>({"a"}),
                         sent("<testcase name='a'><skipped/></testcase><testcase name='a'/>"));

  EXPECT_THAT(said.outcomes(), ElementsAre("a passed"));
}

TEST(JunitStreamReader, GivesATestOnlyTheResultsThatFitItBest) {
  auto const said = hear(reader_of<junit_stream_reader>({"pkg/a.py::t"}),
                         sent("<testcase classname='b' name='t'><failure/></testcase>"
                              "<testcase classname='pkg.a' name='t'/>"
                              "<testcase classname='c' name='t'><failure/></testcase>"),
                         failed_with_1);

  EXPECT_THAT(said.outcomes(), ElementsAre("pkg/a.py::t passed", "t failed", "t failed"));
}

TEST(JunitStreamReader, TakesATestThatDidNotRunForUnreported) {
  auto const said = hear(
      reader_of<junit_stream_reader>({"a", "b"}),
      sent("<testcase name='a'><skipped type='offload.not_run'/></testcase><testcase name='b'/>"));

  EXPECT_THAT(said.outcomes(), ElementsAre("b passed"));
}

TEST(JunitStreamReader, TellsOfFailuresOutsideOfTests) {
  auto const said = hear(reader_of<junit_stream_reader>({"a"}),
                         sent("<testsuite name='s'><testcase name='a'/>"
                              "<error message='no tear-down'>at line 3</error></testsuite>"));

  EXPECT_THAT(said.outcomes(), ElementsAre("a passed"));
  ASSERT_EQ(said.all<outside_failure>().size(), 1u);
  EXPECT_EQ(said.all<outside_failure>()[0].what, "suite s");
  EXPECT_EQ(said.all<outside_failure>()[0].message, "no tear-down");
  EXPECT_EQ(said.all<outside_failure>()[0].text, "at line 3");
}

TEST(JunitStreamReader, PassesTheErrorsOfSuitesOn) {
  auto const said = hear(reader_of<junit_stream_reader>({"a"}),
                         sent("<system-err>cannot load b.py</system-err><testcase name='a'/>"));

  EXPECT_EQ(said.output(stream::err), "cannot load b.py");
}

TEST(JunitStreamReader, ReportsAsSoonAsTheFileIsThere) {
  auto reader = reader_of<junit_stream_reader>({"a"});
  testing::heard said;

  reader.feed(stream::out, sent("<testcase name='a'/>"), said.sink());

  EXPECT_THAT(said.outcomes(), ElementsAre("a passed"));
}

TEST(JunitStreamReader, CountsNoFailureThatMayComeOfAnInterruption) {
  auto reader = reader_of<junit_stream_reader>({"a", "b", "c"});
  testing::heard said;

  reader.interrupted(said.sink());
  reader.feed(stream::out,
              sent("<testcase name='a'/><testcase name='b'><skipped/></testcase>"
                   "<testcase name='c'><failure/></testcase><testca"),
              said.sink());

  EXPECT_THAT(said.outcomes(), ElementsAre("a passed", "b skipped"));
  EXPECT_THAT(said.warnings(), IsEmpty());
}

TEST(SendingReport, HandsTheScriptOverUntouched) {
  auto const c = sending_report({"run 'it' \"$HOME\"", "/tmp/r.xml"}, batch_of({"a"}),
                                {.support_dir = "", .result_file = "", .shell = "/bin/bash"});

  EXPECT_EQ(c.argv[0], "/bin/bash");
  EXPECT_THAT(c.argv, ::testing::Contains("run 'it' \"$HOME\""));
}

TEST(SendingReport, WritesRecordsThatTheReaderKnows) {
  auto const c = sending_report({"true", "/tmp/r.xml"}, batch_of({"a"}), {});

  auto const said = hear(reader_of<junit_stream_reader>({"a"}), "\x1e" + c.argv.back() + "\n");

  EXPECT_THAT(said.warnings(), ElementsAre(HasSubstr("it was expected at /tmp/r.xml")));
}

}  // namespace
}  // namespace offload
