// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
// What versions of the tools have really said: each of them tells the same.
#include "recorded.hpp"

#include <offload/framework/ctest.hpp>
#include <offload/framework/go_json_reader.hpp>
#include <offload/framework/nextest.hpp>
#include <offload/framework/pytest.hpp>
#include <offload/framework/vitest.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <utility>

#include "heard.hpp"

namespace offload {
namespace {

using testing::batch_of;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::hear;
using testing::heard;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Pair;
using testing::recorded_call;
using testing::recorded_calls;
using testing::recordings_of;
using ::testing::UnorderedElementsAre;

/// What was said of tests: outcomes and messages by id, of the last attempt.
struct account {
  std::map<std::string, std::string> outcomes{};
  std::map<std::string, std::string> messages{};

  void add(heard const& said) {
    for (auto const& report : said.reports()) {
      outcomes[report.id.value] = to_string(report.ended);
      messages[report.id.value] = report.message;
    }
  }
};

/// Hears each call with a reader of its own that `reader()` makes. Which of the two streams comes
/// first is chance: it makes no difference.
template <class MakeReader>
account account_of(std::vector<recorded_call> const& calls, MakeReader const& reader) {
  account all;
  account errors_last;
  for (auto const& call : calls) {
    all.add(hear(reader(), call.out, call.status, call.err));
    heard said;
    auto one = reader();
    one.feed(stream::out, call.out, said.sink());
    one.feed(stream::err, call.err, said.sink());
    one.finish(call.status, said.sink());
    errors_last.add(said);
  }
  EXPECT_EQ(all.outcomes, errors_last.outcomes);
  EXPECT_EQ(all.messages, errors_last.messages);
  return all;
}

class Recorded : public ::testing::TestWithParam<std::string> {};

#define OFFLOAD_RECORDED(Suite, tool)                                         \
  class Suite : public Recorded {};                                           \
  INSTANTIATE_TEST_SUITE_P(, Suite, ::testing::ValuesIn(recordings_of(tool)), \
                           [](auto const& each) { return testing::test_name_of(each.param); })

OFFLOAD_RECORDED(RecordedNextest, "nextest");
OFFLOAD_RECORDED(RecordedPytest, "pytest");
OFFLOAD_RECORDED(RecordedVitest, "vitest");
OFFLOAD_RECORDED(RecordedCtest, "ctest");
OFFLOAD_RECORDED(RecordedGo, "go");

TEST_P(RecordedNextest, TellsEachTest) {
  auto const lists = recorded_calls(GetParam(), " list ");
  ASSERT_EQ(lists.size(), 1U);
  auto const listed =
      hear(nextest_listing_reader{{.run = {}, .groups = {0}}}, lists[0].out).listed();
  EXPECT_THAT(listed,
              UnorderedElementsAre("alpha tests::passes", "alpha tests::panics",
                                   "alpha tests::compares", "alpha tests::returns_an_error",
                                   "alpha tests::prints_an_error_and_panics",
                                   "alpha tests::panics_with_other_words", "alpha tests::aborts"));

  auto const told = account_of(recorded_calls(GetParam(), " run "),
                               [&] { return nextest_reader{batch_of(listed)}; });

  EXPECT_EQ(told.outcomes.size(), listed.size());
  EXPECT_THAT(told.outcomes, Contains(Pair("alpha tests::passes", "passed")));
  EXPECT_THAT(told.messages,
              ::testing::IsSupersetOf(
                  {Pair("alpha tests::panics", std::string{"on purpose"}),
                   Pair("alpha tests::returns_an_error",
                        std::string{"Error: \"an error that was returned\""}),
                   Pair("alpha tests::prints_an_error_and_panics", std::string{"the reason"}),
                   Pair("alpha tests::aborts", std::string{"its process ended with SIGABRT"})}));
  EXPECT_THAT(told.messages.at("alpha tests::compares"), HasSubstr("left == right"));
  EXPECT_THAT(told.messages.at("alpha tests::panics_with_other_words"),
              HasSubstr("panic did not contain expected string"));
}

TEST_P(RecordedPytest, TellsEachTest) {
  auto const calls = recorded_calls(GetParam(), "");
  ASSERT_EQ(calls.size(), 1U);
  auto const said = hear(pytest_reader({0}), calls[0].out, calls[0].status, calls[0].err);

  EXPECT_THAT(said.all<outside_failure>(), IsEmpty());
  std::string const file = "test_all.py::";
  EXPECT_THAT(said.listed(),
              ElementsAre(file + "test_passes", file + "test_fails", file + "test_skipped",
                          file + "test_known_to_fail", file + "test_odd_names[a b]",
                          file + R"(test_odd_names[\xfc])", file + "test_of_a_broken_fixture"));
  account told;
  told.add(said);
  EXPECT_THAT(told.outcomes,
              UnorderedElementsAre(Pair(file + "test_passes", "passed"),
                                   Pair(file + "test_fails", "failed"),
                                   Pair(file + "test_skipped", "skipped"),
                                   Pair(file + "test_known_to_fail", "skipped"),
                                   Pair(file + "test_odd_names[a b]", "passed"),
                                   Pair(file + R"(test_odd_names[\xfc])", "passed"),
                                   Pair(file + "test_of_a_broken_fixture", "errored")));
  EXPECT_EQ(told.messages.at(file + "test_fails"), "assert (1 + 1) == 3");
  EXPECT_EQ(told.messages.at(file + "test_skipped"), "not today");
  EXPECT_EQ(told.messages.at(file + "test_known_to_fail"), "xfail: known");
  EXPECT_EQ(told.messages.at(file + "test_of_a_broken_fixture"), "OSError: the disk is full");
}

TEST_P(RecordedVitest, TellsEachTest) {
  auto const calls = recorded_calls(GetParam(), "");
  ASSERT_EQ(calls.size(), 1U);
  auto const said = hear(vitest_reader({0}), calls[0].out, calls[0].status, calls[0].err);

  EXPECT_THAT(said.all<outside_failure>(), IsEmpty());
  std::string const file = "all.test.js > ";
  EXPECT_THAT(said.listed(),
              ElementsAre(file + "passes", file + "fails", file + "skipped", file + "to do",
                          file + "odd name a b", file + "odd name ü", file + "throws"));
  account told;
  told.add(said);
  EXPECT_THAT(
      told.outcomes,
      UnorderedElementsAre(Pair(file + "passes", "passed"), Pair(file + "fails", "failed"),
                           Pair(file + "skipped", "skipped"), Pair(file + "to do", "skipped"),
                           Pair(file + "odd name a b", "passed"),
                           Pair(file + "odd name ü", "passed"), Pair(file + "throws", "failed")));
  EXPECT_THAT(told.messages.at(file + "fails"), HasSubstr("expected 2 to be 3"));
  EXPECT_EQ(told.messages.at(file + "throws"), "Error: the disk is full");
}

TEST_P(RecordedCtest, TellsEachTest) {
  auto const lists = recorded_calls(GetParam(), "--show-only");
  ASSERT_EQ(lists.size(), 1U);
  auto const listed =
      hear(ctest_listing_reader{{.run = {}, .groups = {0}}}, "/project\n" + lists[0].out).listed();
  EXPECT_THAT(listed, ElementsAre("passes", "fails", "odd name", "skipped", "disabled", "hangs",
                                  "aborts", "missing"));

  auto runs = recorded_calls(GetParam(), " -V ");
  // They are one stream there.
  for (auto& run : runs) { run.out.insert(0, std::exchange(run.err, {})); }
  auto const told = account_of(runs, [&] { return ctest_reader{batch_of(listed)}; });

  EXPECT_THAT(told.outcomes,
              UnorderedElementsAre(Pair("passes", "passed"), Pair("fails", "failed"),
                                   Pair("odd name", "passed"), Pair("skipped", "skipped"),
                                   Pair("disabled", "skipped"), Pair("hangs", "timed out"),
                                   Pair("aborts", "errored"), Pair("missing", "errored")));
}

TEST_P(RecordedGo, TellsEachTestAndWhyAPackageDoesNotBuild) {
  std::string const shop = "example.test/shop/";
  auto const told = account_of(recorded_calls(GetParam(), " test -json"), [&] {
    return go_json_reader{
        batch_of({shop + "cart TestPasses", shop + "cart TestFails", shop + "cart TestSkipped",
                  shop + "cart TestCases", shop + "cart TestZPanics", shop + "broken"})};
  });

  EXPECT_THAT(told.outcomes, UnorderedElementsAre(Pair(shop + "cart TestPasses", "passed"),
                                                  Pair(shop + "cart TestFails", "failed"),
                                                  Pair(shop + "cart TestSkipped", "skipped"),
                                                  Pair(shop + "cart TestCases", "failed"),
                                                  Pair(shop + "cart TestZPanics", "failed"),
                                                  Pair(shop + "broken", "errored")));
  EXPECT_EQ(told.messages.at(shop + "cart TestFails"), "cart_test.go:7: expected 4, got 5");
  EXPECT_EQ(told.messages.at(shop + "cart TestSkipped"), "not today");
  EXPECT_THAT(told.messages.at(shop + "cart TestZPanics"), HasSubstr("the disk is full"));
  EXPECT_THAT(told.messages.at(shop + "broken"),
              MatchesRegex("the package does not build: broken/broken_test.go:5:.*: undefined: "
                           "undefined"));
}

}  // namespace
}  // namespace offload
