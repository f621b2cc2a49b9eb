// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "heard.hpp"

#include <offload/framework/go_json_reader.hpp>

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

/// A line of `go test -json` about package p: `rest` is what follows the action.
std::string line(std::string const& action, std::string const& rest = "") {
  return R"({"Action":")" + action + R"(","Package":"p")" + rest + "}\n";
}
std::string about(std::string const& test, std::string const& action,
                  std::string const& more = "") {
  return line(action, R"(,"Test":")" + test + '"' + more);
}
std::string output(std::string const& test, std::string const& text) {
  return about(test, "output", R"(,"Output":")" + text + R"(\n")");
}
std::string passes(std::string const& test) { return about(test, "run") + about(test, "pass"); }

std::vector<std::string> started(testing::heard const& said) {
  std::vector<std::string> ids;
  for (auto const& one : said.all<test_started>()) { ids.push_back(one.id.value); }
  return ids;
}

TEST(GoJsonReader, ReportsEachTestAsItEnds) {
  auto reader = reader_of<go_json_reader>({"p A", "p B"});
  testing::heard said;

  reader.feed(stream::out, about("A", "run"), said.sink());
  EXPECT_THAT(started(said), ElementsAre("p A"));
  EXPECT_THAT(said.outcomes(), IsEmpty());
  reader.feed(stream::out, about("A", "pass", R"(,"Elapsed":0.25)"), said.sink());

  EXPECT_THAT(said.outcomes(), ElementsAre("p A passed"));
  EXPECT_EQ(said.reports()[0].duration, seconds{0.25});
}

TEST(GoJsonReader, SaysWhyATestFailedOrWasSkipped) {
  auto const said =
      hear(reader_of<go_json_reader>({"p F", "p S"}),
           about("F", "run") + output("F", "=== RUN   F") + output("F", "words") +
               output("F", "    a_test.go:7: 1 is not 2") + output("F", "--- FAIL: F (0.00s)") +
               about("F", "fail") + about("S", "run") + output("S", "    a_test.go:9: not today") +
               about("S", "skip") + line("fail"),
           {1, 0});

  ASSERT_THAT(said.outcomes(), ElementsAre("p F failed", "p S skipped"));
  EXPECT_EQ(said.reports()[0].message, "a_test.go:7: 1 is not 2");
  EXPECT_EQ(said.reports()[0].text, "words\n    a_test.go:7: 1 is not 2\n");
  EXPECT_EQ(said.reports()[1].message, "not today");
}

TEST(GoJsonReader, TakesAPanicForTheReason) {
  auto const said = hear(reader_of<go_json_reader>({"p A"}),
                         about("A", "run") + output("A", "--- FAIL: A") +
                             output("A", "panic: no prices") + about("A", "fail") + line("fail"));

  ASSERT_THAT(said.outcomes(), ElementsAre("p A failed"));
  EXPECT_EQ(said.reports()[0].message, "panic: no prices");
}

TEST(GoJsonReader, CountsSubtestsForTheirParent) {
  auto const said =
      hear(reader_of<go_json_reader>({"p A"}), about("A", "run") + about("A/x/y", "run") +
                                                   output("A/x/y", "    a_test.go:3: odd") +
                                                   about("A/x/y", "fail") + about("A", "fail"));

  ASSERT_THAT(said.outcomes(), ElementsAre("p A failed"));
  EXPECT_EQ(said.reports()[0].message, "a_test.go:3: odd");
}

TEST(GoJsonReader, ReportsASubtestThatWasAskedFor) {
  auto const said = hear(reader_of<go_json_reader>({"p A/x"}),
                         about("A", "run") + passes("A/x") + passes("A/z") + about("A", "pass"));

  EXPECT_THAT(said.outcomes(), ElementsAre("p A/x passed"));
}

TEST(GoJsonReader, LeavesOutTestsOfTheSameNameElsewhere) {
  auto const said = hear(go_json_reader{batch_of({"q A"})}, passes("A"));

  EXPECT_THAT(said.reports(), IsEmpty());
}

TEST(GoJsonReader, BlamesTheTestInWhichTheBinaryEnded) {
  auto const said = hear(reader_of<go_json_reader>({"p A", "p B", "p C", "p D"}),
                         passes("A") + about("B", "run") + about("B", "pause") + about("C", "run") +
                             output("C", "fatal error: all asleep") +
                             line("output", R"(,"Output":"exit status 3\n")") + line("fail"),
                         {1, 0});

  ASSERT_THAT(said.outcomes(), ElementsAre("p A passed", "p C errored"));
  EXPECT_THAT(said.reports()[1].message, HasSubstr("ended while running this test: fatal error"));
  EXPECT_THAT(said.reports()[1].text, HasSubstr("exit status 3"));
}

TEST(GoJsonReader, BelievesNoPackageThatOnlyPrintsThatAnotherDoesNotBuild) {
  auto const prints = line("output", R"(,"Output":"FAIL\tq [build failed]\n")");
  auto const own_words = line("output", R"(,"Output":"FAIL\tp [build failed]\n")");

  EXPECT_THAT(hear(reader_of<go_json_reader>({"p"}), prints + line("pass")).outcomes(),
              ElementsAre("p passed"));
  EXPECT_THAT(hear(reader_of<go_json_reader>({"p"}), own_words + line("pass")).outcomes(),
              ElementsAre("p passed"));
  EXPECT_THAT(hear(reader_of<go_json_reader>({"p"}), prints + line("fail"), {1, 0}).outcomes(),
              ElementsAre("p failed"));
}

TEST(GoJsonReader, BlamesNobodyWhenSeveralWereRunning) {
  auto const said = hear(reader_of<go_json_reader>({"p A", "p B"}),
                         about("A", "run") + about("B", "run") + line("fail"), {1, 0});

  EXPECT_THAT(said.reports(), IsEmpty());
}

TEST(GoJsonReader, GivesAPackageThatDoesNotBuildToAllItsTests) {
  auto const said = hear(
      reader_of<go_json_reader>({"p A", "p", "q A", "pp A"}),
      R"({"ImportPath":"p [p.test]","Action":"build-output","Output":"# p\n"})"
      "\n"
      R"({"ImportPath":"p [p.test]","Action":"build-output","Output":"a.go:6: undefined: x\n"})"
      "\n" +
          line("start") + line("fail", R"(,"FailedBuild":"p [p.test]")"),
      {1, 0});

  ASSERT_THAT(said.outcomes(), ElementsAre("p errored", "p A errored"));
  EXPECT_EQ(said.reports()[0].message, "the package does not build: a.go:6: undefined: x");
  EXPECT_THAT(said.reports()[1].text, HasSubstr("undefined: x"));
}

TEST(GoJsonReader, KnowsAPackageAsATest) {
  auto const said =
      hear(reader_of<go_json_reader>({"p"}), line("start") + line("pass", R"(,"Elapsed":1.5)"));

  EXPECT_THAT(started(said), ElementsAre("p"));
  EXPECT_THAT(said.outcomes(), ElementsAre("p passed"));
}

TEST(GoJsonReader, GivesAPackageTheTextOfItsTests) {
  auto const said =
      hear(reader_of<go_json_reader>({"p"}),
           line("start") + about("A", "run") + output("A", "    a_test.go:3: odd") +
               about("A", "fail") + line("output", R"(,"Output":"FAIL\n")") + line("fail"),
           {1, 0});

  ASSERT_THAT(said.outcomes(), ElementsAre("p failed"));
  EXPECT_EQ(said.reports()[0].message, "the package failed: a_test.go:3: odd");
  EXPECT_EQ(said.reports()[0].text, "    a_test.go:3: odd\nFAIL\n");
}

TEST(GoJsonReader, SaysWhatAPackageHasPrintedThatFailsAfterItsTests) {
  auto const said = hear(reader_of<go_json_reader>({"p A"}),
                         line("start") + about("A", "run") + about("A", "pass") +
                             line("output", R"(,"Output":"PASS\n")") +
                             line("output", R"(,"Output":"coverage: 40.0% of statements\n")") +
                             line("output", R"(,"Output":"a connection is open\n")") +
                             line("output", R"(,"Output":"FAIL\tp\t0.1s\n")") + line("fail"),
                         {1, 0});

  auto const outside = said.all<outside_failure>();
  ASSERT_EQ(outside.size(), 1U);
  EXPECT_EQ(outside[0].message, "the package failed: a connection is open");
}

TEST(GoJsonReader, PassesOnWhatIsNoEvent) {
  auto const said =
      hear(reader_of<go_json_reader>({"p A"}), "plain words\n{\"no\": \"event\"}\n{broken\n");

  EXPECT_EQ(said.output(), "plain words\n{\"no\": \"event\"}\n{broken\n");
  EXPECT_THAT(said.warnings(), ElementsAre(HasSubstr("no event of `go test -json`")));
}

TEST(GoJsonReader, CountsNothingThatHappensAfterAnInterruption) {
  auto reader = reader_of<go_json_reader>({"p A", "p B"});
  testing::heard said;
  reader.feed(stream::out, passes("A") + about("B", "run"), said.sink());

  reader.interrupted(said.sink());
  reader.feed(stream::out, about("B", "fail") + line("fail"), said.sink());

  EXPECT_THAT(said.outcomes(), ElementsAre("p A passed"));
}

TEST(GoJsonReader, ReadsAStreamThatIsCutAnywhere) {
  auto const text = about("Ü", "run") + output("Ü", "    a_test.go:7: 1 → 2") + about("Ü", "fail") +
                    passes("B") + "words\n" + line("fail");
  auto const whole = hear(reader_of<go_json_reader>({"p Ü", "p B"}), text, {1, 0});
  ASSERT_EQ(whole.reports().size(), 2u);

  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    auto const said = hear_cut(reader_of<go_json_reader>({"p Ü", "p B"}), text, cut, {1, 0});

    EXPECT_EQ(said.outcomes(), whole.outcomes()) << cut;
    EXPECT_EQ(said.reports().at(0).message, whole.reports()[0].message) << cut;
  }
  EXPECT_EQ(hear_bytes(reader_of<go_json_reader>({"p Ü", "p B"}), text).outcomes(),
            whole.outcomes());
}

TEST(GoJsonReader, ReadsWhatIsLeftOfADyingCommand) {
  auto const text = passes("A") + passes("B");

  for (std::size_t length = 0; length <= text.size(); ++length) {
    auto const said =
        hear(reader_of<go_json_reader>({"p A", "p B"}), text.substr(0, length), {137, 9});

    EXPECT_LE(said.reports().size(), 2u) << length;
  }
}

}  // namespace
}  // namespace offload
