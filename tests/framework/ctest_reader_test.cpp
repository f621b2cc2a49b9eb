// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/framework/ctest.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "framework/heard.hpp"

namespace offload {
namespace {

using testing::batch_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::hear;
using testing::hear_bytes;
using testing::hear_cut;
using testing::heard;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string start_of(std::string const& number, std::string const& name) {
  return "test " + number + "\n    Start " + number + ": " + name + "\n\n";
}

/// What ctest says of a test before it runs.
std::string announced(std::string const& number, std::string const& name) {
  return start_of(number, name) + number + ": Test command: /bin/sh \"-c\" \"...\"\n" + number +
         ": Working Directory: /b\n" + number + ": Test timeout computed to be: 1500\n";
}

std::string ended(std::string const& number, std::string const& name, std::string const& status,
                  std::string const& total = "2") {
  return "1/" + total + " Test #" + number + ": " + name + " ......" + status + "\n";
}

constexpr auto the_end = "\nTotal Test time (real) =   0.01 sec\n";

heard said_of(std::string const& output, std::vector<std::string> const& ids = {"a", "b"},
              exit_status status = {}) {
  return hear(ctest_reader{batch_of(ids)}, output, status);
}

test_report only_report(heard const& said) {
  auto const reports = said.reports();
  return reports.size() == 1 ? reports[0] : test_report{.id = {"there is not one report"}};
}

test_report report_of(std::string const& status) {
  return only_report(said_of(announced("3", "a") + "3: some output\n" + ended("3", "a", status)));
}

TEST(CtestReader, ReadsTestAfterTest) {
  auto const text = announced("1", "a") + "1: hello\n1: \n1: world\n" +
                    ended("1", "a", "   Passed    1.25 sec") + announced("12", "b") + "12: oh\n" +
                    ended("12", "b", "***Failed    0.50 sec") + the_end;

  auto const check = [](heard const& said) {
    EXPECT_THAT(said.outcomes(), ElementsAre("a passed", "b failed"));
    auto const reports = said.reports();
    EXPECT_EQ(reports.at(0).duration, seconds{1.25});
    EXPECT_EQ(reports.at(0).out, "hello\n\nworld\n");
    EXPECT_EQ(reports.at(1).message, "Failed");
    EXPECT_EQ(reports.at(1).text, "oh\n");
    EXPECT_THAT(said.all<test_started>(), SizeIs(2));
    EXPECT_THAT(said.all<test_unknown>(), IsEmpty());
  };
  check(said_of(text));
  check(hear_bytes(ctest_reader{batch_of({"a", "b"})}, text));
  for (std::size_t cut = 0; cut < text.size(); cut += 7) {
    check(hear_cut(ctest_reader{batch_of({"a", "b"})}, text, cut));
  }
}

TEST(CtestReader, TellsOfATestAsSoonAsItHasEnded) {
  ctest_reader reader{batch_of({"a", "b"})};
  heard all;
  reader.feed(stream::out, announced("1", "a"), all.sink());
  EXPECT_THAT(all.all<test_started>(), SizeIs(1));
  EXPECT_THAT(all.reports(), IsEmpty());

  reader.feed(stream::out, ended("1", "a", "   Passed    0.00 sec"), all.sink());

  EXPECT_THAT(all.outcomes(), ElementsAre("a passed"));
}

TEST(CtestReader, KnowsEveryWayToEnd) {
  struct way {
    std::string status;
    outcome how;
    std::string message;
  };
  std::vector<way> const ways{
      {"   Passed    0.00 sec", outcome::passed, ""},
      {"***Failed    0.00 sec", outcome::failed, "Failed"},
      {"***Failed  Error regular expression found in output. Regex=[bad]  0.00 sec",
       outcome::failed, "Error regular expression found in output. Regex=[bad]"},
      {"***Timeout   5.02 sec", outcome::timed_out, "timed out after 5.02 s (ctest's limit)"},
      {"***Exception: SegFault  0.12 sec", outcome::errored, "Exception: SegFault"},
      {"Subprocess aborted***Exception:   0.12 sec", outcome::errored, "Subprocess aborted"},
      {"***Skipped   0.00 sec", outcome::skipped, "skipped by the test itself"}};
  for (auto const& [status, how, message] : ways) {
    auto const report = report_of(status);
    EXPECT_EQ(report.ended, how) << status;
    EXPECT_EQ(report.message, message);
    EXPECT_EQ(is_bad(how) ? report.text : report.out, "some output\n");
  }
}

TEST(CtestReader, ReadsAReasonOfSeveralLines) {
  auto const said =
      said_of(announced("3", "a") + ended("3", "a", "***Failed  Regex=[yes\nno\n]  0.25 sec") +
              announced("4", "b") + ended("4", "b", "   Passed    0.00 sec"));

  EXPECT_THAT(said.outcomes(), ElementsAre("a failed", "b passed"));
  EXPECT_EQ(said.reports().at(0).message, "Regex=[yes\nno\n]");
  EXPECT_EQ(said.reports().at(0).duration, seconds{0.25});
}

TEST(CtestReader, SaysWhyATestCouldNotBeRun) {
  auto const said =
      said_of(start_of("3", "a") + "3: Test command: \nUnable to find executable: /x\n" +
              ended("3", "a", "***Not Run   0.00 sec") + start_of("4", "b") +
              ended("4", "b", "***Not Run (Disabled)   0.00 sec"));

  EXPECT_THAT(said.outcomes(), ElementsAre("a errored", "b skipped"));
  EXPECT_EQ(said.reports().at(0).message, "Unable to find executable: /x");
  EXPECT_EQ(said.reports().at(1).message, "DISABLED");
}

TEST(CtestReader, TakesNoResultFromATest) {
  auto const forged = ended("3", "a", "   Passed    0.00 sec");
  auto const said =
      said_of(announced("3", "a") + "3: " + forged + "3:     Start 4: b\n3: 3: " + forged +
              ended("4", "b", "   Passed    0.00 sec") + ended("3", "a", "***Failed    0.00 sec"));

  EXPECT_THAT(said.outcomes(), ElementsAre("a failed"));
  EXPECT_THAT(said.all<test_started>(), SizeIs(1));
}

TEST(CtestReader, TakesNoResultFromACommandOfSeveralLines) {
  auto const said =
      said_of(start_of("3", "a") + "3: Test command: sh \"-c\" \"true\n" +
              ended("3", "a", "   Passed    0.00 sec") + "    Start 4: b\n\"\n" +
              "3: Test timeout computed to be: 9\n" + ended("3", "a", "***Failed    0.00 sec"));

  EXPECT_THAT(said.outcomes(), ElementsAre("a failed"));
}

TEST(CtestReader, ReadsNamesThatLookLikeResults) {
  std::string const name = "x ....   Passed    0.01 sec";
  auto const said =
      said_of(announced("3", name) + ended("3", name, "***Failed    0.00 sec"), {name, "  b "});

  EXPECT_THAT(said.outcomes(), ElementsAre(name + " failed"));
}

TEST(CtestReader, TellsWhichTestsCtestDoesNotKnow) {
  auto const some = said_of(
      announced("1", "a") + ended("1", "a", "   Passed    0.00 sec", "1") + the_end, {"a", "b"});
  auto const none = said_of("No tests were found!!!\n", {"c"});

  ASSERT_THAT(some.all<test_unknown>(), SizeIs(1));
  EXPECT_EQ(some.all<test_unknown>()[0].id.value, "b");
  ASSERT_THAT(none.all<test_unknown>(), SizeIs(1));
}

TEST(CtestReader, LeavesTestsOpenWhenCtestIsKilled) {
  auto const killed = said_of(announced("1", "a"), {"a", "b"}, {137, 9});
  auto const failed = said_of("CMake Error: no\n", {"a", "b"}, {1, 0});

  for (auto const& said : {killed, failed}) {
    EXPECT_THAT(said.reports(), IsEmpty());
    EXPECT_THAT(said.all<test_unknown>(), IsEmpty());
  }
  EXPECT_THAT(failed.warnings(), ElementsAre(HasSubstr("CMake Error: no")));
}

TEST(CtestReader, JudgesTestsOfOneNameByTheWorst) {
  auto const first = announced("1", "a") + ended("1", "a", "***Failed    1.00 sec");
  auto const both = first + announced("2", "a") + ended("2", "a", "   Passed    2.00 sec");

  EXPECT_THAT(said_of(first, {"a"}).reports(), IsEmpty());
  auto const report = only_report(said_of(both, {"a"}));
  EXPECT_EQ(report.ended, outcome::failed);
  EXPECT_EQ(report.duration, seconds{3});
  EXPECT_THAT(said_of(both, {"a"}).all<test_started>(), SizeIs(1));
}

TEST(CtestReader, PassesAllOutputOn) {
  auto const text = announced("1", "a") + "1: hello\n";

  EXPECT_EQ(said_of(text).output(), text);
}

}  // namespace
}  // namespace offload
