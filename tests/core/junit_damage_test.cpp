// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/core/junit.hpp>

#include <gtest/gtest.h>

#include <chrono>

namespace offload {
namespace {

std::vector<std::string> names_in(junit_document const& report) {
  std::vector<std::string> names;
  for (auto const& one : report.cases) { names.push_back(one.name); }
  return names;
}

std::string const sample =
    "<?xml version='1.0' encoding='utf-8'?>\n<!-- by <testcase/> -->\n<testsuites><testsuite "
    "name='s > t'><testcase name='a > 1' time='0.1'/><testcase name='b'><failure message='x>y'>"
    "<![CDATA[</testcase> & ]] >]]>&#10;</failure><system-out>o</system-out></testcase>\n"
    "<testcase name=\"c'\"><skipped/></testcase><testsuite name='n'><testcase name='d'>"
    "<error>e</error><!-- </testcase> --></testcase></testsuite><system-out>out</system-out>"
    "</testsuite></testsuites>";

TEST(ReadBrokenJunit, KeepsEveryCaseThatIsCompleteBeforeTheCut) {
  // Where each case ends, found by its last characters.
  std::vector<std::pair<std::string, std::string>> const ends{{"a > 1", "time='0.1'/>"},
                                                              {"b", "</system-out></testcase>"},
                                                              {"c'", "<skipped/></testcase>"},
                                                              {"d", "--></testcase>"}};

  for (std::size_t length = 0; length < sample.size(); ++length) {
    auto const report = read_junit(std::string_view{sample}.substr(0, length));

    std::vector<std::string> expected;
    for (auto const& [name, last] : ends) {
      if (sample.find(last) + last.size() <= length) { expected.push_back(name); }
    }
    EXPECT_EQ(names_in(report), expected) << "cut at " << length;
    EXPECT_TRUE(report.damage) << "cut at " << length;
  }
  EXPECT_FALSE(read_junit(sample).damage);
}

TEST(ReadBrokenJunit, SurvivesTheLossOfAnyByte) {
  for (std::size_t lost = 0; lost < sample.size(); ++lost) {
    auto broken = sample;
    broken.erase(lost, 1);

    EXPECT_LE(read_junit(broken).cases.size(), 5U) << "lost " << lost;
  }
}

TEST(ReadBrokenJunit, SurvivesAnyByteInThePlaceOfAnother) {
  for (std::size_t at = 0; at < sample.size(); ++at) {
    for (char const c : {'\0', '<', '>', '&', '\'', '"', '/', '\xFF'}) {
      auto broken = sample;
      broken[at] = c;

      EXPECT_LE(read_junit(broken).cases.size(), 6U) << "at " << at;
    }
  }
}

TEST(ReadBrokenJunit, FindsNoCasesInOtherTexts) {
  for (std::string const text : {"", "  \n", "Segmentation fault", "{\"a\": 1}", "<html></html>",
                                 "<", "a < b", "<?xml version='1.0'?>"}) {
    auto const report = read_junit(text);

    EXPECT_TRUE(report.cases.empty()) << text;
    EXPECT_EQ(report.damage, "it contains no JUnit report") << text;
  }
}

TEST(ReadBrokenJunit, TakesAnEmptySuiteForWhole) {
  EXPECT_FALSE(read_junit("<testsuites/>").damage);
  EXPECT_FALSE(read_junit("<testsuites><testsuite tests='0'></testsuite></testsuites>").damage);
}

TEST(ReadBrokenJunit, SkipsACaseThatIsNeverClosed) {
  auto const report =
      read_junit("<testsuite><testcase name='a'><failure><testcase name='b'/></testsuite>");

  EXPECT_EQ(names_in(report), std::vector<std::string>{"b"});
  EXPECT_EQ(report.damage, "a <testcase> is not closed");
}

TEST(ReadBrokenJunit, GuessesTheOutcomeOfACaseInDisorder) {
  auto const report = read_junit(
      "<testsuite><testcase name='a' time='2'><failure>x < y <b></failure></testcase>"
      "<testcase name='b'><system-out><lambda></system-out></testcase></testsuite>");

  ASSERT_EQ(names_in(report), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(report.cases[0].ended, outcome::failed);
  EXPECT_EQ(report.cases[0].text, "<failure>x < y <b></failure>");
  EXPECT_EQ(report.cases[0].time, seconds{2});
  EXPECT_EQ(report.cases[1].ended, outcome::passed);
  EXPECT_EQ(report.damage, "<testcase name=\"a\"> is not well-formed");
}

TEST(ReadBrokenJunit, ReadsWhatStandsAroundNoise) {
  auto const report =
      read_junit("npm notice 9 < 10\n<testsuite><testcase name='a'/></testsuite>\n!");

  EXPECT_EQ(names_in(report), std::vector<std::string>{"a"});
  EXPECT_FALSE(report.damage);
}

TEST(ReadBrokenJunit, ReadsHugeAndHostileBodiesInLinearTime) {
  auto const began = std::chrono::steady_clock::now();
  for (std::string const unit : {"x", "&#x", "&#55357;", "&", "]]", "<a>", "<![CDATA["}) {
    std::string body;
    while (body.size() < 2'000'000) { body += unit; }

    auto const report = read_junit("<testcase name='a'><failure>" + body + "</failure></testcase>");

    EXPECT_LE(report.cases.size(), 1U) << unit;
  }
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds{30});
}

TEST(ReadBrokenJunit, SurvivesDeepNesting) {
  std::string deep;
  for (int i = 0; i < 100'000; ++i) { deep += "<a>"; }

  auto const report = read_junit("<testcase name='t'><failure>" + deep + "</failure></testcase>");

  ASSERT_EQ(names_in(report), std::vector<std::string>{"t"});
  EXPECT_EQ(report.cases[0].ended, outcome::failed);
}

}  // namespace
}  // namespace offload
