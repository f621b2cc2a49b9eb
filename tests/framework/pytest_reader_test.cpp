// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "heard.hpp"
#include "plugin_records.hpp"

#include <offload/framework/pytest.hpp>

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
using testing::record;

/// What one record tells, of a process that ends too early.
heard hear_record(std::string const& text) { return hear(pytest_reader(), record(text), {1, 0}); }

/// What is told about the plugin's records themselves.
std::vector<std::string> complaints(heard const& said) {
  std::vector<std::string> found;
  for (auto const& one : said.all<outside_failure>()) { found.push_back(one.message); }
  return found;
}

/// The only event of type `Event`, which is the only event.
template <class Event>
Event the(heard const& said) {
  EXPECT_EQ(said.events().size(), 1u);
  auto const all = said.all<Event>();
  return all.size() == 1 ? all.front() : Event{};
}

TEST(PytestReader, HearsThatATestStarts) {
  auto const said = hear_record(R"({"event": "started", "batch": 1, "id": "a.py::t[x y]"})");

  EXPECT_EQ(the<test_started>(said).id.value, "a.py::t[x y]");
}

TEST(PytestReader, HearsAllAboutATestThatEnds) {
  auto const said = hear_record(
      R"({"event": "finished", "batch": 1, "id": "a.py::t", "outcome": "failed", "seconds": 0.25,
          "message": "assert 1 == 2", "text": "long", "stdout": "out", "stderr": "err",
          "log": "WARNING x", "file": "a.py", "line": 3})");

  auto const report = the<test_finished>(said).report;
  EXPECT_EQ(report.id.value, "a.py::t");
  EXPECT_EQ(report.ended, outcome::failed);
  EXPECT_EQ(report.duration, seconds{0.25});
  EXPECT_EQ(report.message, "assert 1 == 2");
  EXPECT_EQ(report.text, "long");
  EXPECT_EQ(report.out, "out");
  EXPECT_EQ(report.err, "err\nWARNING x");
  EXPECT_EQ(report.place, (source_place{"a.py", 3}));
}

TEST(PytestReader, HearsWhetherAWorkerForksOthers) {
  EXPECT_EQ(the<worker_forks>(hear_record(R"({"event": "forks"})")).why_not, "");
  EXPECT_EQ(the<worker_forks>(hear_record(R"({"event": "forks", "why": "a thread"})")).why_not,
            "a thread");
}

TEST(PytestReader, HearsEveryOutcome) {
  for (auto const ended : {outcome::passed, outcome::failed, outcome::errored, outcome::skipped}) {
    auto const said = hear_record(
        fmt::format(R"({{"event": "finished", "id": "t", "outcome": "{}"}})", to_string(ended)));

    EXPECT_EQ(the<test_finished>(said).report.ended, ended);
  }
}

TEST(PytestReader, ComplainsOfAnOutcomeThatItDoesNotKnow) {
  auto const said = hear_record(R"({"event": "finished", "id": "t", "outcome": "fine"})");

  EXPECT_THAT(complaints(said), ElementsAre("a record is not as it should be"));
}

TEST(PytestReader, TakesWhatIsMissingOrOfAnotherTypeForEmpty) {
  auto const said = hear_record(
      R"({"event": "finished", "id": "t", "outcome": "passed", "seconds": "long", "message": null,
          "line": -1, "file": 5, "text": ["x"]})");

  auto const report = the<test_finished>(said).report;
  EXPECT_EQ(report.duration, seconds{0});
  EXPECT_EQ(report.message + report.text + report.out + report.err, "");
  EXPECT_EQ(report.place, source_place{});
}

TEST(PytestReader, HearsWhatAWorkerSaysOfItsBatch) {
  EXPECT_EQ(hear_record(R"({"event": "next"})").all<next_wanted>().size(), 1u);
  EXPECT_EQ(hear_record(R"({"event": "done", "batch": 1})").all<batch_done>().size(), 1u);
  EXPECT_EQ(the<file_loading>(hear_record(R"({"event": "collecting", "file": "a.py"})")).file,
            "a.py");
  EXPECT_EQ(the<runner_stopping>(hear_record(R"({"event": "stop", "text": "pytest.exit"})")).reason,
            "pytest.exit");
}

TEST(PytestReader, HearsThatATestIsUnknown) {
  auto const unknown = the<test_unknown>(
      hear_record(R"({"event": "unknown", "id": "a.py::gone", "text": "not in a.py"})"));

  EXPECT_EQ(unknown.id.value, "a.py::gone");
  EXPECT_EQ(unknown.reason, "not in a.py");
}

TEST(PytestReader, HearsTheProjectsFailureLimit) {
  auto const limits = hear_record(R"({"event": "hello", "maxfail": 2})").all<failure_limit>();
  ASSERT_EQ(limits.size(), 1u);
  EXPECT_EQ(limits[0].failed_tests, 2u);
  for (auto const* const none : {R"({"event": "hello", "maxfail": 0})", R"({"event": "hello"})"}) {
    (void)the<worker_ready>(hear_record(none));
  }
}

TEST(PytestReader, HearsTheTestsOfAListingAndWhichGroupsTheyAreIn) {
  auto const said =
      hear(pytest_reader({4, 6}),
           record(R"({"event": "listed", "tests": [
                {"id": "a.py::t", "file": "a.py", "line": 1, "groups": [0, 1]},
                {"id": "a.py::u", "groups": [1, 2]}]})") +
               record(R"({"event": "discovered", "count": 2, "shareable": false})", 1));

  auto const listed = said.all<test_listed>();
  ASSERT_EQ(listed.size(), 2u);
  EXPECT_THAT(listed[0].groups, ElementsAre(4, 6));
  EXPECT_EQ(listed[0].place, (source_place{"a.py", 1}));
  EXPECT_THAT(listed[1].groups, ElementsAre(6));
  ASSERT_EQ(said.all<listing_done>().size(), 1u);
  EXPECT_FALSE(said.all<listing_done>()[0].shareable);
  EXPECT_THAT(said.all<listing_failed>(), IsEmpty());
}

TEST(PytestReader, PutsAnInheritedTestIntoTheFileThatItBelongsTo) {
  auto const said = hear(pytest_reader({0}), record(R"({"event": "listed", "tests": [
                {"id": "a.py::C::t", "file": "base.py", "line": 7, "groups": [0]}]})"));

  EXPECT_EQ(said.all<test_listed>()[0].place, (source_place{"a.py", 0}));
}

TEST(PytestReader, KeepsAFileThatCouldNotBeCollectedFromSharingABatch) {
  auto const said = hear(pytest_reader({0}), record(R"({"event": "listed", "tests": [
                {"id": "a.py", "file": "a.py", "groups": [0], "alone": true}]})"));

  EXPECT_EQ(said.all<test_listed>()[0].together, batching::alone);
}

TEST(PytestReader, SurvivesAListingOfAnotherShape) {
  for (auto const* const odd :
       {R"({"event": "listed", "tests": 5})", R"({"event": "listed", "tests": ["a", 7, null]})",
        R"({"event": "listed", "tests": [{"id": "a", "groups": ["x", -1, 99]}]})",
        R"({"event": "discovered", "shareable": 1})", R"({"event": 3})"}) {
    auto const said = hear(pytest_reader({0}), record(odd));

    for (auto const& listed : said.all<test_listed>()) { EXPECT_THAT(listed.groups, IsEmpty()); }
  }
}

TEST(PytestReader, HearsWarnings) {
  EXPECT_EQ(the<framework_warning>(hear_record(R"({"event": "warning", "text": "two t"})")).text,
            "two t");
}

TEST(PytestReader, TrustsAListingForAllGroupsUnlessToldOtherwise) {
  EXPECT_TRUE(the<listing_done>(hear_record(R"({"event": "discovered", "count": 0})")).shareable);
}

TEST(PytestReader, HearsWhyListingFailed) {
  auto const said =
      hear(pytest_reader({0}), record(R"({"event": "failed", "text": "error in b.py"})"), {2, 0});

  ASSERT_EQ(said.all<listing_failed>().size(), 1u);
  auto const why = said.all<listing_failed>()[0].why;
  EXPECT_EQ(why.code, errc::discovery);
  EXPECT_EQ(why.message, "pytest could not list its tests: error in b.py");
}

TEST(PytestReader, SaysHowAListingEndedThatSaidNothing) {
  auto const said = hear(pytest_reader({0}), "some output\n", {4, 0}, "usage: wrong\n");

  auto const why = said.all<listing_failed>().at(0).why;
  EXPECT_EQ(why.message, "pytest --collect-only failed (exit status 4): usage: wrong");
  EXPECT_EQ(why.hint, "");
}

TEST(PytestReader, ShowsTheOutputOfAListingThatWroteNoErrors) {
  auto const said = hear(pytest_reader({0}), "some output\n\x1e{\"cut", {1, 0});

  EXPECT_THAT(said.all<listing_failed>().at(0).why.message,
              HasSubstr("(stderr empty, stdout): some output\n{\"cut"));
}

TEST(PytestReader, TellsHowToGetAPytestOrItsPlugin) {
  auto const hint = [](std::string const& errors) {
    return hear(pytest_reader({0}), "", {1, 0}, errors).all<listing_failed>().at(0).why.hint;
  };

  EXPECT_THAT(hint("/usr/bin/python: No module named pytest\n"), HasSubstr("uv run pytest"));
  EXPECT_THAT(hint("ImportError: No module named 'offload_pytest'\n"), HasSubstr("PYTHONPATH"));
}

TEST(PytestReader, ExpectsNoListingWhereNoneWasAskedFor) {
  EXPECT_THAT(hear(pytest_reader(), "", {1, 0}).events(), IsEmpty());
}

TEST(PytestReader, PassesOnWhatIsNoRecord) {
  auto const said =
      hear(pytest_reader(), "one\n" + record(R"({"event": "next"})") + "two\n", {}, "three\n");

  EXPECT_EQ(said.output(stream::out), "one\ntwo\n");
  EXPECT_EQ(said.output(stream::err), "three\n");
}

TEST(PytestReader, TakesNoRecordForOutput) {
  for (std::string const odd : {"no JSON", "[1]", "5", "{}", R"({"event":"next","n":0})"}) {
    auto const hello = record(R"({"event": "hello"})");
    auto const said = hear(pytest_reader(), hello + "\x1e" + odd + "\n", {1, 0});

    EXPECT_THAT(complaints(said), ElementsAre("a record cannot be read")) << odd;
    EXPECT_EQ(said.output(), "") << odd;
    EXPECT_EQ(said.all<outside_failure>()[0].text, odd);
    EXPECT_EQ(said.all<outside_failure>()[0].what, "the messages of Offload's plugin for pytest");
  }
}

TEST(PytestReader, TakesRecordsAroundTheSessionForOutputOfAWrapper) {
  auto const said = hear(pytest_reader(),
                         "\x1e"
                         "odd\n" +
                             record(R"({"event": "hello"})") + record(R"({"event": "bye"})", 1) +
                             "\x1e"
                             "too\n");

  EXPECT_THAT(complaints(said), IsEmpty());
  EXPECT_EQ(said.output(), "oddtoo");
}

TEST(PytestReader, ComplainsOfEventsThatItDoesNotKnow) {
  for (auto const* const odd :
       {R"({"event": "new"})", R"({"event": 5})", "{}", R"({"event": "started"})",
        R"({"event": "unknown", "text": "x"})"}) {
    EXPECT_THAT(complaints(hear_record(odd)), ElementsAre("a record is not as it should be"))
        << odd;
  }
}

TEST(PytestReader, ComplainsOfRecordsThatAreMissingOrComeTwice) {
  auto const next = std::string{R"({"event": "next"})"};

  EXPECT_THAT(complaints(hear(pytest_reader(), record(next) + record(next, 2), {1, 0})),
              ElementsAre("record 2 came where 1 was expected"));
  EXPECT_THAT(complaints(hear(pytest_reader(), record(next) + record(next), {1, 0})),
              ElementsAre("record 0 came where 1 was expected"));
  EXPECT_THAT(complaints(hear(pytest_reader(), record(next, 1), {1, 0})),
              ElementsAre("record 1 came where 0 was expected"));
}

TEST(PytestReader, ComparesTheTestsWithTheirNumber) {
  auto const listing = [](std::string const& done) {
    return hear(
        pytest_reader({0}),
        record(R"({"event": "listed", "tests": [{"id": "t", "groups": [0]}]})") + record(done, 1));
  };

  auto const said = listing(R"({"event": "discovered", "count": 2})");
  EXPECT_THAT(said.all<listing_done>(), IsEmpty());
  EXPECT_EQ(said.all<listing_failed>().at(0).why.message,
            "pytest could not list its tests: it announced 2 tests, and others came");
  EXPECT_EQ(listing(R"({"event": "discovered", "count": 1})").all<listing_done>().size(), 1u);
  EXPECT_THAT(listing(R"({"event": "discovered"})").all<listing_done>(), IsEmpty());
}

TEST(PytestReader, ExpectsAFarewellOfAProcessThatEndsWell) {
  auto const hello = record(R"({"event": "hello"})");
  auto const bye = record(R"({"event": "bye"})", 1);
  auto const started = record(R"({"event": "started", "id": "t"})", 1);

  EXPECT_THAT(complaints(hear(pytest_reader(), hello)),
              ElementsAre("its process ended before its session did"));
  EXPECT_THAT(complaints(hear(pytest_reader(), hello + bye)), IsEmpty());
  EXPECT_THAT(complaints(hear(pytest_reader(), hello, {3, 0})), IsEmpty()) << "the status tells it";
  EXPECT_THAT(complaints(hear(pytest_reader(), hello + started)), IsEmpty()) << "the test is lost";
}

TEST(PytestReader, DoesNotMindWhereTheOutputIsCut) {
  auto const out = "x" + record(R"({"event": "started", "id": "t\u20ac"})") + "y" +
                   record(R"({"event": "finished", "id": "t", "outcome": "passed"})", 1) + "z";
  auto const check = [](heard const& said) {
    ASSERT_EQ(said.all<test_started>().size(), 1u);
    EXPECT_EQ(said.all<test_started>()[0].id.value, "t\u20ac");
    EXPECT_THAT(said.outcomes(), ElementsAre("t passed"));
    EXPECT_EQ(said.output(), "xyz");
  };

  for (std::size_t cut = 0; cut <= out.size(); ++cut) {
    SCOPED_TRACE(cut);
    check(hear_cut(pytest_reader(), out, cut));
  }
  check(hear_bytes(pytest_reader(), out));
}

TEST(PytestReader, SurvivesARecordThatAnotherInterrupts) {
  auto const said = hear(pytest_reader(),
                         record(R"({"event": "hello"})") + "\x1e{\"event\": \"star" +
                             record(R"({"event": "next"})", 2),
                         {1, 0});

  EXPECT_EQ(said.all<next_wanted>().size(), 1u);
  EXPECT_THAT(complaints(said), ElementsAre("a record cannot be read"));
}

}  // namespace
}  // namespace offload
