// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "heard.hpp"

#include <offload/framework/nextest.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace offload {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::hear;
using testing::hear_bytes;
using testing::hear_cut;
using testing::heard;
using ::testing::IsEmpty;
using testing::reader_of;

constexpr exit_status some_failed{100, 0};

std::string suite(std::string_view crate, std::string_view binary, std::string_view kind) {
  return fmt::format(R"({{"type":"suite","event":"started","test_count":1,"nextest":)"
                     R"({{"crate":"{}","test_binary":"{}","kind":"{}"}}}})"
                     "\n",
                     crate, binary, kind);
}

std::string event(std::string_view what, std::string_view name, std::string_view more = "") {
  return fmt::format(R"({{"type":"test","event":"{}","name":"{}"{}}})"
                     "\n",
                     what, name, more);
}

std::string test_ended(std::string_view what, std::string_view name, std::string_view more = "") {
  return event(what, name, fmt::format(R"(,"exec_time":0.25{})", more));
}

test_report failure_with(std::string_view stdout_text) {
  auto const said = hear(reader_of<nextest_reader>({"a t"}),
                         suite("a", "a", "lib") + test_ended("failed", "a::a$t", stdout_text));
  return said.reports().empty() ? test_report{} : said.reports().front();
}

TEST(NextestReader, HearsEachTestAsItHappens) {
  heard said;
  auto const sink = said.sink();
  auto reader = reader_of<nextest_reader>({"a t::x"});

  reader.feed(stream::out, suite("a", "a", "lib") + event("started", "a::a$t::x"), sink);
  EXPECT_EQ(said.all<test_started>().at(0).id.value, "a t::x");
  reader.feed(stream::out, test_ended("ok", "a::a$t::x"), sink);

  EXPECT_THAT(said.outcomes(), ElementsAre("a t::x passed"));
  EXPECT_EQ(said.reports().at(0).duration, seconds{0.25});
  EXPECT_THAT(said.output(), IsEmpty());
}

TEST(NextestReader, KnowsEveryKindOfBinary) {
  auto const said = hear(
      reader_of<nextest_reader>({"a-b t", "a-b::it t", "a-b::bin/p t", "a-b::example/e t", "m u"}),
      suite("a-b", "a_b", "lib") + test_ended("ok", "a-b::a_b$t") + suite("a-b", "it", "test") +
          test_ended("ok", "a-b::it$t") + "{\"offload\":\"next round\"}\n" +
          suite("a-b", "p", "bin") + test_ended("ok", "a-b::p$t") + suite("a-b", "e", "example") +
          test_ended("ok", "a-b::e$t") + suite("m", "m", "proc-macro") +
          test_ended("ok", "m::m$u"));

  EXPECT_THAT(said.outcomes(), ElementsAre("a-b t passed", "a-b::it t passed",
                                           "a-b::bin/p t passed", "a-b::example/e t passed"));
  EXPECT_THAT(said.all<test_unknown>(), ::testing::SizeIs(1)) << "m is of the first round";
}

TEST(NextestReader, TellsNamesakesApartByTheirRound) {
  auto const said =
      hear(reader_of<nextest_reader>({"a t", "a::bin/a t"}),
           suite("a", "a", "lib") + test_ended("ok", "a::a$t") + "{\"offload\":\"next round\"}\n" +
               suite("a", "a", "bin") + test_ended("failed", "a::a$t", R"(,"stdout":"no")"),
           some_failed);

  EXPECT_THAT(said.outcomes(), ElementsAre("a t passed", "a::bin/a t failed"));
}

TEST(NextestReader, SaysTheSameHoweverItsInputIsCut) {
  auto const out = suite("a", "a", "lib") + event("started", "a::a$größe \"q\" \\") +
                   test_ended("failed", "a::a$größe \"q\" \\", R"(,"stdout":"x\ny")") + "words\n" +
                   test_ended("ok", "a::a$u");
  std::vector<std::string> const ids{"a größe \"q\" \\", "a u"};
  auto const whole = hear(reader_of<nextest_reader>(ids), out, some_failed);

  EXPECT_THAT(whole.outcomes(), ElementsAre("a größe \"q\" \\ failed", "a u passed"));
  EXPECT_EQ(whole.output(), "words\n");
  for (std::size_t cut = 0; cut <= out.size(); ++cut) {
    EXPECT_EQ(hear_cut(reader_of<nextest_reader>(ids), out, cut, some_failed).outcomes(),
              whole.outcomes());
  }
  EXPECT_EQ(hear_bytes(reader_of<nextest_reader>(ids), out, some_failed).outcomes(),
            whole.outcomes());
}

TEST(NextestReader, ReadsNamesThatAreNotEscaped) {
  auto const said =
      hear(reader_of<nextest_reader>({R"(a 'x' "y" \n #2)"}),
           suite("a", "a", "lib") + event("started", R"(a::a$'x' "y" \n #2)") +
               test_ended("failed", R"(a::a$'x' "y" \n #2)", R"(,"stdout":"said \"z\"")"),
           some_failed);

  EXPECT_EQ(said.all<test_started>().size(), 1u);
  EXPECT_THAT(said.outcomes(), ElementsAre(R"(a 'x' "y" \n #2 failed)"));
  EXPECT_EQ(said.reports().at(0).text, "said \"z\"");
  EXPECT_THAT(said.warnings(), IsEmpty());
}

TEST(NextestReader, SaysWhyATestFailed) {
  EXPECT_EQ(
      failure_with(R"(,"stdout":"\nthread 't' (7) panicked at src/l.rs:1:2:\nno\nmore\n")").message,
      "no");
  EXPECT_EQ(failure_with(R"(,"stdout":"thread 't' panicked at 'no', src/l.rs:1:2\n")").message,
            "no");
  EXPECT_EQ(
      failure_with(R"(,"stdout":"thread 't' panicked at 'first\nsecond', src/l.rs:1:2\n")").message,
      "first");
  EXPECT_EQ(failure_with(R"(,"stdout":"x\nError: \"no\"\ny\n")").message, "Error: \"no\"");
  EXPECT_EQ(failure_with(R"(,"stdout":"panicked at x:\nq\nnote: test did not panic as expected\n")")
                .message,
            "test did not panic as expected");
  EXPECT_EQ(failure_with(R"(,"stdout":"one\nfatal\n\n")").message, "fatal");
  EXPECT_EQ(failure_with(R"(,"stdout":"thread 't' panicked at x:")").message,
            "thread 't' panicked at x:");
  EXPECT_EQ(failure_with(R"(,"stdout":"x\n","reason":"flaky test treated as failure")").message,
            "flaky test treated as failure");
}

TEST(NextestReader, TakesNextestsTimeLimitForATimeout) {
  auto const report = failure_with(R"(,"reason":"time limit exceeded")");

  EXPECT_EQ(report.ended, outcome::timed_out);
  EXPECT_EQ(report.message, "time limit exceeded");
}

TEST(NextestReader, LearnsOfASignalFromTheOtherStreamBeforeAndAfter) {
  auto const out = suite("a", "a", "lib") + test_ended("failed", "a::a$t", R"(,"stdout":"")");
  std::string const err =
      "        SLOW [>  0.200s] (───) a t\n     SIGABRT [   0.004s] ( 6/34) a t\n";

  auto const before = hear(reader_of<nextest_reader>({"a t"}), out, some_failed, err);
  heard after;
  auto const sink = after.sink();
  auto reader = reader_of<nextest_reader>({"a t"});
  reader.feed(stream::out, out, sink);
  EXPECT_THAT(after.reports(), IsEmpty());
  reader.feed(stream::err, err, sink);

  for (heard const* said : std::initializer_list<heard const*>{&before, &after}) {
    ASSERT_EQ(said->reports().size(), 1u);
    EXPECT_EQ(said->reports().at(0).message, "its process ended with SIGABRT");
  }
}

TEST(NextestReader, DoesWithoutASignalThatNobodyNames) {
  auto const said =
      hear(reader_of<nextest_reader>({"a t", "a u"}),
           suite("a", "a", "lib") + test_ended("failed", "a::a$t", R"(,"stdout":"")") +
               event("started", "a::a$u"),
           {0, 9});

  EXPECT_THAT(said.outcomes(), ElementsAre("a t failed"));
  EXPECT_THAT(said.reports().at(0).message, HasSubstr("wrote nothing"));
}

TEST(NextestReader, WarnsOfRetriesAndLeaks) {
  auto const said = hear(reader_of<nextest_reader>({"a t"}),
                         suite("a", "a", "lib") + test_ended("ok", "a::a$t#3"), {},
                         "        LEAK [   0.2s] (1/1) a t\n        LEAK [   0.2s] (1/1) b t\n");

  EXPECT_THAT(said.outcomes(), ElementsAre("a t passed"));
  EXPECT_THAT(said.warnings(),
              ElementsAre("`a t` left a process running that keeps its output open",
                          "`a t` passed in attempt 3 of nextest's own retries"));
}

TEST(NextestReader, FindsAnEventBehindWordsWithoutAnEndOfLine) {
  auto const said = hear(reader_of<nextest_reader>({"a t"}),
                         suite("a", "a", "lib") + "words of a script" + test_ended("ok", "a::a$t"));

  EXPECT_THAT(said.outcomes(), ElementsAre("a t passed"));
  EXPECT_EQ(said.output(), "words of a script\n");
}

TEST(NextestReader, IgnoresTestsOfOthersAndWhatItDoesNotKnow) {
  auto const said =
      hear(reader_of<nextest_reader>({"a t"}),
           suite("a", "a", "lib") + test_ended("ok", "a::a$u") + test_ended("ok", "nonsense") +
               test_ended("odd", "a::a$t") + "{\"type\":\"test\",\"event\":\n{\"type\":7}\n");

  EXPECT_THAT(said.outcomes(), IsEmpty());
  EXPECT_THAT(said.output(), HasSubstr("{\"type\":7}\n"));
}

TEST(NextestReader, CallsTestsUnknownThatNextestDidNotRun) {
  for (exit_status const status : {exit_status{}, some_failed, exit_status{4, 0}}) {
    auto const said = hear(reader_of<nextest_reader>({"a t", "a u"}),
                           suite("a", "a", "lib") + test_ended("ok", "a::a$t"), status);

    ASSERT_EQ(said.all<test_unknown>().size(), 1u);
    EXPECT_EQ(said.all<test_unknown>().at(0).id.value, "a u");
  }
}

TEST(NextestReader, CallsTestsOfABinaryUnknownThatIsGone) {
  std::string_view const err = "x no binary IDs matched this\nerror: failed to parse filterset\n";

  EXPECT_EQ(
      hear(reader_of<nextest_reader>({"a t", "a u"}), "", {94, 0}, err).all<test_unknown>().size(),
      2u);
  EXPECT_THAT(hear(reader_of<nextest_reader>({"a t", "b u"}), "", {94, 0}, err).all<test_unknown>(),
              IsEmpty())
      << "the other binary may be there";
}

TEST(NextestReader, BlamesTheRestOnNextestWhenItFails) {
  auto const said = hear(reader_of<nextest_reader>({"a t", "a u"}),
                         suite("a", "a", "lib") + test_ended("ok", "a::a$t"), {105, 0},
                         "  Cancelling due to setup script failure\nerror: setup script failed\n");

  EXPECT_THAT(said.outcomes(), ElementsAre("a t passed", "a u errored"));
  EXPECT_EQ(said.reports().at(1).message,
            "cargo nextest run failed (exit status 105): error: setup script failed");
}

TEST(NextestReader, LeavesTheRestToOthersWhenItWasCutShort) {
  auto const out = suite("a", "a", "lib") + event("started", "a::a$t");
  std::vector<std::string> const ids{"a t", "a u"};

  for (exit_status const status : {exit_status{0, 9}, exit_status{137, 0}}) {
    EXPECT_THAT(hear(reader_of<nextest_reader>(ids), out, status).events(), ::testing::SizeIs(1));
  }
  auto const stopped =
      hear(reader_of<nextest_reader>(ids), out, some_failed, "  Cancelling due to test failure\n");
  EXPECT_THAT(stopped.all<test_unknown>(), IsEmpty());
  auto const running = hear(reader_of<nextest_reader>(ids), out, some_failed);
  ASSERT_EQ(running.all<test_unknown>().size(), 1u) << "not the one that is running";
  EXPECT_EQ(running.all<test_unknown>().at(0).id.value, "a u");
}

}  // namespace
}  // namespace offload
