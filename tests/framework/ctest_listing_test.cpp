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

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::hear;
using testing::hear_bytes;
using testing::heard;
using ::testing::IsEmpty;
using ::testing::SizeIs;

discovery_job const job{
    .run = {.argv = {"/bin/sh", "/s/offload_ctest.sh", "list", "out", "ctest", "-R", "a b"}},
    .groups = {2}};

heard listing_of(std::string const& tests, std::string const& graph = "{}") {
  return hear(ctest_listing_reader{job},
              "/project\n{\"backtraceGraph\": " + graph + ", \"tests\": [" + tests + "]}");
}

std::string property(std::string const& name, std::string const& value) {
  return R"({"name": ")" + name + R"(", "value": )" + value + "}";
}

std::string test_named(std::string const& name, std::string const& properties = "") {
  return R"({"name": ")" + name + R"(", "properties": [)" + properties + "]}";
}

test_constraints asked_by(heard const& said, std::string const& name) {
  for (auto const& one : said.all<test_listed>()) {
    if (one.id.value == name && one.constraints) { return *one.constraints; }
  }
  return {};
}

TEST(CtestListing, FailsForTestsWithoutACommand) {
  auto const text = "/project\n{\"tests\": [" + test_named("b [x]") + "," + test_named("off") +
                    "]}\n--- all tests ---\nTest project /project\n  Test  #1: b [x]\n"
                    "  Test  #2: off (Disabled)\n";

  auto const complete = hear(ctest_listing_reader{job}, text + "\nTotal Tests: 2\n");
  auto const lacks =
      hear(ctest_listing_reader{job}, text + "  Test #10: a: {b}\n\nTotal Tests: 3\n");

  EXPECT_THAT(complete.listed(), ElementsAre("b [x]", "off"));
  EXPECT_THAT(lacks.listed(), IsEmpty());
  EXPECT_THAT(
      lacks.all<listing_failed>().at(0).why.message,
      HasSubstr("1 of 3 tests have no command in this configuration, the first is `a: {b}`"));
}

TEST(CtestListing, ReadsNamesInTheirOrder) {
  auto const text =
      "/project\n{\"tests\": [" + test_named("b [x]") + "," + test_named("a") + "]}\n";

  for (auto const& said :
       {hear(ctest_listing_reader{job}, text), hear_bytes(ctest_listing_reader{job}, text)}) {
    EXPECT_THAT(said.listed(), ElementsAre("b [x]", "a"));
    EXPECT_THAT(said.all<test_listed>()[0].groups, ElementsAre(2));
    EXPECT_EQ(said.all<test_listed>()[0].constraints, nullptr);
    EXPECT_THAT(said.all<listing_done>(), SizeIs(1));
  }
}

TEST(CtestListing, FindsWhereATestIsWritten) {
  auto const said = listing_of(
      R"({"name": "direct", "backtrace": 1}, {"name": "by function", "backtrace": 3},
         {"name": "elsewhere", "backtrace": 4}, {"name": "nowhere"},
         {"name": "broken", "backtrace": 99})",
      R"({"files": ["/project/CMakeLists.txt", "/project/helper.cmake", "/other/x.cmake"],
          "nodes": [{"file": 0}, {"file": 0, "line": 7, "parent": 0},
                    {"file": 0, "line": 9, "parent": 0}, {"file": 1, "line": 3, "parent": 2},
                    {"file": 2, "line": 4}]})");

  std::vector<source_place> places;
  for (auto const& one : said.all<test_listed>()) { places.push_back(one.place); }
  EXPECT_THAT(places,
              ElementsAre(source_place{"CMakeLists.txt", 7}, source_place{"CMakeLists.txt", 9},
                          source_place{"/other/x.cmake", 4}, source_place{}, source_place{}));
}

TEST(CtestListing, TurnsPropertiesIntoConstraints) {
  auto const said = listing_of(
      test_named("locked", property("RESOURCE_LOCK", R"(["db", "net"])")) + "," +
      test_named("serial", property("RUN_SERIAL", "true")) + "," +
      test_named("late", property("DEPENDS", R"(["locked", "late", "serial"])")) + "," +
      test_named("plain", property("RUN_SERIAL", "false") + "," + property("TIMEOUT", "9.0")));

  EXPECT_THAT(asked_by(said, "locked").locks, ElementsAre("db", "net"));
  EXPECT_EQ(asked_by(said, "serial").machine, exclusivity::exclusive);
  EXPECT_THAT(asked_by(said, "late").after, ElementsAre(test_id{"locked"}, test_id{"serial"}));
  EXPECT_EQ(asked_by(said, "plain"), test_constraints{});
}

TEST(CtestListing, OrdersTheTestsOfAFixture) {
  auto const said =
      listing_of(test_named("cleanup", property("FIXTURES_CLEANUP", R"(["f"])")) + "," +
                 test_named("user", property("FIXTURES_REQUIRED", R"(["f", "unknown"])")) + "," +
                 test_named("setup 1", property("FIXTURES_SETUP", R"(["f"])")) + "," +
                 test_named("setup 2", property("FIXTURES_SETUP", R"("f")") + "," +
                                           property("FIXTURES_REQUIRED", R"(["f", "g"])")) +
                 "," + test_named("setup of g", property("FIXTURES_SETUP", R"(["g"])")));

  EXPECT_THAT(asked_by(said, "user").needs, ElementsAre(test_id{"setup 1"}, test_id{"setup 2"}));
  EXPECT_THAT(asked_by(said, "setup 2").needs,
              ElementsAre(test_id{"setup 1"}, test_id{"setup of g"}));
  EXPECT_THAT(asked_by(said, "cleanup").after,
              ElementsAre(test_id{"setup 1"}, test_id{"setup 2"}, test_id{"user"}));
  EXPECT_THAT(asked_by(said, "cleanup").needs, IsEmpty());
}

TEST(CtestListing, PutsTestsOfOneNameTogether) {
  auto const said = listing_of(test_named("twice") + "," + test_named("twice"));

  EXPECT_THAT(said.listed(), ElementsAre("twice"));
  EXPECT_EQ(said.all<test_listed>()[0].together, batching::alone);
  EXPECT_THAT(said.warnings(), ElementsAre(HasSubstr("2 tests are called `twice`")));
}

TEST(CtestListing, SaysThatTheProjectIsNotBuilt) {
  auto const said = hear(ctest_listing_reader{job}, "", {2, 0},
                         "there is no CTestTestfile.cmake in /project/out\n");

  ASSERT_THAT(said.all<listing_failed>(), SizeIs(1));
  auto const why = said.all<listing_failed>()[0].why;
  EXPECT_THAT(why.message, HasSubstr("exit status 2"));
  EXPECT_THAT(why.message, HasSubstr("there is no CTestTestfile.cmake in /project/out"));
  EXPECT_THAT(why.hint, HasSubstr("cmake --build build"));
  EXPECT_THAT(said.all<listing_done>(), IsEmpty());
}

TEST(CtestListing, SaysThatCtestIsMissing) {
  auto const said = hear(ctest_listing_reader{job}, "/project\n", {127, 0}, "ctest: not found\n");

  ASSERT_THAT(said.all<listing_failed>(), SizeIs(1));
  EXPECT_THAT(said.all<listing_failed>()[0].why.message, HasSubstr("ctest: not found"));
  EXPECT_THAT(said.all<listing_failed>()[0].why.hint, HasSubstr("install CMake"));
}

TEST(CtestListing, ShowsWhatCtestSaysOfAFilterThatIsNoExpression) {
  auto const said = hear(ctest_listing_reader{job},
                         "/project\nRegularExpression::compile(): Unmatched parentheses.\n"
                         "{\"tests\": []}");

  ASSERT_THAT(said.all<listing_failed>(), SizeIs(1));
  EXPECT_THAT(said.all<listing_failed>()[0].why.message, HasSubstr("Unmatched parentheses"));
  EXPECT_EQ(said.all<listing_failed>()[0].why.hint,
            "try it yourself: ctest -R 'a b' --test-dir out");
}

TEST(CtestListing, SaysThatCtestIsTooOld) {
  for (std::string const text : {"/project\nTest project\n", "/project\n{\"tests\": 3}", ""}) {
    auto const said = hear(ctest_listing_reader{job}, text);

    ASSERT_THAT(said.all<listing_failed>(), SizeIs(1));
    EXPECT_THAT(said.all<listing_failed>()[0].why.hint, HasSubstr("3.20"));
  }
}

}  // namespace
}  // namespace offload
