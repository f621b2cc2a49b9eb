// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "heard.hpp"

#include <offload/framework/tap_reader.hpp>

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

TEST(TapReader, ReportsTestPointsByTheirDescription) {
  auto const said = hear(reader_of<tap_reader>({"a b", "c", "3"}),
                         "TAP version 13\n1..3\nok 1 - a b\nnot ok 2 c\nok 3\n", {1, 0});

  EXPECT_THAT(said.outcomes(), ElementsAre("a b passed", "c failed", "3 passed"));
  EXPECT_THAT(said.warnings(), IsEmpty());
}

TEST(TapReader, CountsPointsThatHaveNeitherNumberNorDescription) {
  auto const said = hear(reader_of<tap_reader>({"1", "2", "3"}), "1..3\nok\nnot ok\nok # SKIP\n");

  EXPECT_THAT(said.outcomes(), ElementsAre("1 passed", "2 failed", "3 skipped"));
  EXPECT_THAT(said.warnings(), IsEmpty());
}

TEST(TapReader, ReportsWhatPassesAtOnceAndAFailureWithItsText) {
  auto reader = reader_of<tap_reader>({"a", "b", "c"});
  testing::heard said;

  reader.feed(stream::out, "ok 1 - a\n", said.sink());
  EXPECT_THAT(said.outcomes(), ElementsAre("a passed"));
  reader.feed(stream::out, "output\nnot ok 2 - b\n# expected 1\n# got 2\n", said.sink());
  EXPECT_THAT(said.outcomes(), ElementsAre("a passed"));
  reader.feed(stream::out, "ok 3 - c\n", said.sink());

  ASSERT_THAT(said.outcomes(), ElementsAre("a passed", "b failed", "c passed"));
  EXPECT_EQ(said.reports()[1].message, "expected 1");
  EXPECT_EQ(said.reports()[1].text, "output\n# expected 1\n# got 2\n");
}

TEST(TapReader, KnowsSkippedAndUnfinishedTests) {
  auto const said = hear(reader_of<tap_reader>({"a", "b", "c", "d", "e"}),
                         "ok 1 - a # SKIP no network\nok 2 - b # skipped: later\n"
                         "not ok 3 - c # TODO not written\nok 4 - d # todo\nok 5 - e # Skip\n");

  ASSERT_THAT(said.outcomes(),
              ElementsAre("a skipped", "b skipped", "c skipped", "d passed", "e skipped"));
  EXPECT_EQ(said.reports()[0].message, "no network");
  EXPECT_EQ(said.reports()[2].message, "not written");
}

TEST(TapReader, TakesHashesForDirectivesOnlyWhereTheyAre) {
  std::vector<std::string> const ids{"issue #12", "a # b", "C# skip", "not # TODO", "back\\slash"};
  auto const said = hear(reader_of<tap_reader>(ids),
                         "ok 1 - issue #12\nok 2 - a # b\nok 3 - C# skip\nok 4 - not \\# TODO\n"
                         "ok 5 - back\\\\slash\n");

  std::vector<std::string> expected;
  for (auto const& id : ids) { expected.push_back(id + " passed"); }
  EXPECT_EQ(said.outcomes(), expected);
}

TEST(TapReader, ReadsYamlBlocks) {
  auto const said = hear(reader_of<tap_reader>({"a", "b"}),
                         "not ok 1 - a\n  ---\n  message: 'it is odd'\n  data: |\n    ok 2 - b\n"
                         "    # no comment\n  ...\nok 2 - b\n  ---\n  x: 1\n  ...\n1..2\n");

  ASSERT_THAT(said.outcomes(), ElementsAre("a failed", "b passed"));
  EXPECT_EQ(said.reports()[0].message, "it is odd");
  EXPECT_THAT(said.reports()[0].text, HasSubstr("    ok 2 - b\n"));
}

TEST(TapReader, CountsSubtestsForTheirParent) {
  auto const said = hear(reader_of<tap_reader>({"outer", "inner"}),
                         "# Subtest: outer\n    ok 1 - inner\n    not ok 2 - wrong\n    1..2\n"
                         "not ok 1 - outer\n");

  ASSERT_THAT(said.outcomes(), ElementsAre("outer failed"));
  EXPECT_THAT(said.reports()[0].text, HasSubstr("not ok 2 - wrong"));
  ASSERT_EQ(said.all<test_started>().size(), 1u);
  EXPECT_EQ(said.all<test_started>()[0].id.value, "outer");
}

TEST(TapReader, SkipsAllWhenThePlanSaysSo) {
  auto const said = hear(reader_of<tap_reader>({"a", "b"}), "1..0 # SKIP no database\n");

  ASSERT_THAT(said.outcomes(), ElementsAre("a skipped", "b skipped"));
  EXPECT_EQ(said.reports()[0].message, "no database");
}

TEST(TapReader, SaysThatTheCommandGaveUp) {
  auto const said =
      hear(reader_of<tap_reader>({"a", "b"}), "not ok 1 - a\nBail out! no more\n", {1, 0});

  EXPECT_THAT(said.outcomes(), ElementsAre("a failed"));
  ASSERT_EQ(said.all<runner_stopping>().size(), 1u);
  EXPECT_EQ(said.all<runner_stopping>()[0].reason, "Bail out! no more");
}

TEST(TapReader, WarnsOfPointsThatFitNoTest) {
  std::string text;
  for (int i = 0; i < 12; ++i) { text += fmt::format("ok {} - stranger {}\n", i, i); }

  auto const warnings = hear(reader_of<tap_reader>({"a"}), text).warnings();

  ASSERT_EQ(warnings.size(), 11u);
  EXPECT_THAT(warnings[0], HasSubstr("`stranger 0` (passed) matches none"));
  EXPECT_EQ(warnings[10], "2 more test points match no test");
}

TEST(TapReader, LosesNoFailure) {
  auto const said = hear(reader_of<tap_reader>({"a"}), "ok 1 - a\nnot ok 2 - a\nnot ok 3 - c\n");

  EXPECT_THAT(said.outcomes(), ElementsAre("a passed", "a failed", "c failed"));
}

TEST(TapReader, ComparesThePlanWithWhatCame) {
  auto const told = [](std::string const& text, exit_status status = {}) {
    return hear(reader_of<tap_reader>({"a", "b"}), text, status).all<outside_failure>().size();
  };

  EXPECT_EQ(told("1..2\nok 1 - a\nok 2 - b\n"), 0u);
  EXPECT_EQ(told("ok 1 - a\n1..1\nok 1 - b\n1..1\n"), 0u) << "of two programs";
  EXPECT_EQ(told("1..3\nok 1 - a\nok 2 - b\n"), 1u);
  EXPECT_EQ(told("ok 1 - a\nok 2 - b\n1..1\n"), 1u);
  EXPECT_EQ(told("1..2\nok 1 - a\n", {137, 9}), 0u) << "it crashed: b runs again";
  EXPECT_EQ(told("1..2\nok 1 - a\nBail out!\n"), 0u) << "that is told apart";
}

TEST(TapReader, WarnsWhenThereIsNoTap) {
  auto const said = hear(reader_of<tap_reader>({"a"}), "okay\nnot okay\n", {127, 0});

  EXPECT_THAT(said.reports(), IsEmpty());
  EXPECT_THAT(said.warnings(), ElementsAre(HasSubstr("no test point of TAP (exit status 127)")));
}

TEST(TapReader, MeasuresFromPointToPoint) {
  time_point now{};
  tap_reader reader{batch_of({"a", "b"}), "{name}", [&] { return now; }};
  testing::heard said;

  now += to_clock(seconds{2});
  reader.feed(stream::out, "ok 1 - a\n", said.sink());
  now += to_clock(seconds{3});
  reader.feed(stream::out, "ok 2 - b\n", said.sink());

  ASSERT_EQ(said.reports().size(), 2u);
  EXPECT_EQ(said.reports()[0].duration, seconds{2});
  EXPECT_EQ(said.reports()[1].duration, seconds{3});
}

TEST(TapReader, HandsOutWhatItHoldsWhenItIsInterrupted) {
  auto reader = reader_of<tap_reader>({"a", "b"});
  testing::heard said;
  reader.feed(stream::out, "not ok 1 - a\n# because\n", said.sink());

  reader.interrupted(said.sink());
  reader.feed(stream::out, "not ok 2 - b\nok 3 - b\n", said.sink());

  EXPECT_THAT(said.outcomes(), ElementsAre("a failed"));
}

TEST(TapReader, PassesTheOutputOn) {
  auto const said = hear(reader_of<tap_reader>({"a"}), "ok 1 - a\nwords", {}, "errors");

  EXPECT_EQ(said.output(), "ok 1 - a\nwords");
  EXPECT_EQ(said.output(stream::err), "errors");
}

TEST(TapReader, ReadsAStreamThatIsCutAnywhere) {
  std::string const text =
      "TAP version 14\r\n1..3\r\nok 1 - a b\r\nnot ok 2 - \u00fc # TODO x\r\n"
      "not ok 3 - c\r\n  ---\r\n  message: m\r\n  ...\r\n# end";
  std::vector<std::string> const ids{"a b", "\u00fc", "c"};
  auto const whole = hear(reader_of<tap_reader>(ids), text);
  ASSERT_THAT(whole.outcomes(), ElementsAre("a b passed", "\u00fc skipped", "c failed"));

  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    EXPECT_EQ(hear_cut(reader_of<tap_reader>(ids), text, cut).outcomes(), whole.outcomes()) << cut;
  }
  EXPECT_EQ(hear_bytes(reader_of<tap_reader>(ids), text).reports().at(2).message, "m");
}

TEST(TapReader, TakesASkippedFailureForAFailureAsProveDoes) {
  auto const said = hear(reader_of<tap_reader>({"a"}), "1..1\nnot ok 1 - a # SKIP no network\n");

  EXPECT_THAT(said.outcomes(), ElementsAre("a failed"));
}

TEST(TapReader, EndsWhereASubtestBailsOut) {
  auto const said =
      hear(reader_of<tap_reader>({"a"}), "1..1\n    ok 1 - x\n    Bail out! db\nok 1 - a\n");

  EXPECT_EQ(said.all<runner_stopping>().size(), 1u);
}

TEST(TapReader, IsNotContentWithoutAPlan) {
  auto const said = hear(reader_of<tap_reader>({"a"}), "ok 1 - a\n");

  EXPECT_THAT(said.outcomes(), ElementsAre("a passed"));
  ASSERT_EQ(said.all<outside_failure>().size(), 1u);
  EXPECT_THAT(said.all<outside_failure>()[0].message, HasSubstr("there is none"));
}

TEST(TapReader, IsNotContentWithAPointBeyondThePlan) {
  auto const said = hear(reader_of<tap_reader>({"a"}), "1..1\nok 7 - a\n");

  ASSERT_EQ(said.all<outside_failure>().size(), 1u);
  EXPECT_THAT(said.all<outside_failure>()[0].message, HasSubstr("one has the number 7"));
}

}  // namespace
}  // namespace offload
