// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/core/junit.hpp>

#include <gtest/gtest.h>

namespace offload {
namespace {

junit_case only_case(std::string_view xml) {
  auto const report = read_junit(xml);
  EXPECT_EQ(report.cases.size(), 1U) << xml;
  EXPECT_EQ(report.damage.value_or(""), "") << xml;
  return report.cases.empty() ? junit_case{} : report.cases.front();
}

std::optional<double> time_of(std::string const& written) {
  auto const read = only_case("<testcase name='t' time='" + written + "'/>");
  return read.time ? std::optional{read.time->count()} : std::nullopt;
}

TEST(ReadJunit, ReadsWhatPytestWrites) {
  auto const read = only_case(
      R"(<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests"><testsuite )"
      R"(name="pytest" errors="0" failures="1" skipped="0" tests="1" time="0.035" )"
      R"(timestamp="2026-05-04T10:00:00" hostname="box"><testcase classname="tests.test_a" )"
      R"(name="test_x" file="tests/test_a.py" line="3" time="0.001"><failure )"
      R"(message="assert 1 == 2">def test_x():&#10;&gt;  assert</failure><system-out>hi)"
      R"(</system-out><system-err>ho</system-err></testcase></testsuite></testsuites>)");

  EXPECT_EQ(read.suite, "pytest");
  EXPECT_EQ(read.classname, "tests.test_a");
  EXPECT_EQ(read.name, "test_x");
  EXPECT_EQ(read.place, (source_place{"tests/test_a.py", 3}));
  EXPECT_EQ(read.time, seconds{0.001});
  EXPECT_EQ(read.ended, outcome::failed);
  EXPECT_EQ(read.message, "assert 1 == 2");
  EXPECT_EQ(read.text, "def test_x():\n>  assert");
  EXPECT_EQ(read.out, "hi");
  EXPECT_EQ(read.err, "ho");
}

TEST(ReadJunit, CountsSelfClosingFailuresAndErrors) {
  EXPECT_EQ(only_case("<testcase name='a'><failure/></testcase>").ended, outcome::failed);
  EXPECT_EQ(only_case("<testcase name='a'><error message='m'/></testcase>").ended,
            outcome::errored);
}

TEST(ReadJunit, KeepsCdata) {
  auto const read = only_case(
      "<testcase name='a'><failure><![CDATA[a < b && &#0; ]]]]><![CDATA[>]]></failure></testcase>");

  EXPECT_EQ(read.text, "a < b && &#0; ]]>");
}

TEST(ReadJunit, IgnoresTagsInsideCdataAndComments) {
  auto const read = only_case(
      "<testcase name='a'><!-- <failure> --><system-out><![CDATA[</testcase><failure/>]]>"
      "</system-out></testcase>");

  EXPECT_EQ(read.ended, outcome::passed);
  EXPECT_EQ(read.out, "</testcase><failure/>");
}

TEST(ReadJunit, AcceptsEveryRoot) {
  EXPECT_EQ(only_case("<testsuite><testcase name='a'/></testsuite>").name, "a");
  EXPECT_EQ(only_case("<testsuites><testcase name='a'/></testsuites>").name, "a");
  EXPECT_EQ(only_case("\xEF\xBB\xBF<?xml version='1.0'?>\n<testcase name='a'/>").name, "a");
  EXPECT_EQ(only_case("<!DOCTYPE t [<!ENTITY e 'x'>]><testcase name='a'/>").name, "a");
}

TEST(ReadJunit, NamesTheInnermostSuite) {
  auto const report = read_junit(
      "<testsuites name='all'><testsuite name='outer'><testcase name='a'/>"
      "<testsuite name='in&amp;ner' hostname='sb-1'><testcase name='b'/></testsuite><testcase "
      "name='c'/>"
      "</testsuite></testsuites>");

  ASSERT_EQ(report.cases.size(), 3U);
  EXPECT_EQ(report.cases[0].suite, "outer");
  EXPECT_EQ(report.cases[1].suite, "in&ner");
  EXPECT_EQ(report.cases[0].hostname, "");
  EXPECT_EQ(report.cases[1].hostname, "sb-1");
  EXPECT_EQ(report.cases[2].suite, "outer");
}

TEST(ReadJunit, LooksThroughNamespacePrefixes) {
  auto const read = only_case(
      "<j:testsuite xmlns:j='urn:x'><j:testcase name='a'><j:error>e</j:error></j:testcase>"
      "</j:testsuite>");

  EXPECT_EQ(read.ended, outcome::errored);
  EXPECT_EQ(read.text, "e");
}

TEST(ReadJunit, JoinsSeveralFailures) {
  auto const read = only_case(
      "<testcase name='a'><error message='late'>down</error><failure message='one'>1</failure>"
      "<failure message='two'>2</failure></testcase>");

  EXPECT_EQ(read.ended, outcome::failed);
  EXPECT_EQ(read.message, "late");
  EXPECT_EQ(read.text, "down\none\n1\ntwo\n2");
}

TEST(ReadJunit, ReadsSkippedTests) {
  auto const read =
      only_case("<testcase name='a'><skipped type='pytest.skip' message='no gpu'/></testcase>");

  EXPECT_EQ(read.ended, outcome::skipped);
  EXPECT_EQ(read.message, "no gpu");
}

TEST(ReadJunit, KnowsTheMarksOfOffload) {
  EXPECT_EQ(only_case("<testcase name='a'><failure type='timed_out'/></testcase>").ended,
            outcome::timed_out);
  EXPECT_EQ(only_case("<testcase name='a'><skipped type='offload.not_run'/></testcase>").ended,
            outcome::not_run);
}

TEST(ReadJunit, ReadsOutcomesFromAttributes) {
  EXPECT_EQ(only_case("<testcase name='a' status='notrun' result='suppressed'/>").ended,
            outcome::skipped);
  EXPECT_EQ(only_case("<testcase name='a' status='run' result='completed'/>").ended,
            outcome::passed);
  EXPECT_EQ(only_case("<testcase name='a' status='failed'/>").ended, outcome::failed);
}

TEST(ReadJunit, KeepsRerunsWithoutCountingThem) {
  auto const read = only_case(
      "<testcase name='a'><flakyFailure message='first try'>boom</flakyFailure>"
      "<rerunError>bang</rerunError></testcase>");

  EXPECT_EQ(read.ended, outcome::passed);
  EXPECT_EQ(read.reruns, "first try\nboom\nbang");
}

TEST(ReadJunit, KeepsOutputOutsideOfCases) {
  auto const report = read_junit(
      "<testsuite><error message='import'/><testcase name='a'/><system-out>o</system-out>"
      "<system-err>e</system-err></testsuite>");

  EXPECT_EQ(report.cases.size(), 1U);
  EXPECT_EQ(report.out, "o");
  EXPECT_EQ(report.err, "import\ne");
}

TEST(ReadJunit, ReadsProperties) {
  auto const read = only_case(
      "<testcase name='a'><properties><property name='k' value='v'/><property name='t'>text"
      "</property></properties></testcase>");

  EXPECT_EQ(read.properties, (std::vector<junit_property>{{"k", "v"}, {"t", "text"}}));
}

TEST(ReadJunit, AcceptsACaseWithoutNameAndTime) {
  auto const read = only_case("<testsuite><testcase/></testsuite>");

  EXPECT_EQ(read.name, "");
  EXPECT_EQ(read.time, std::nullopt);
}

TEST(ReadJunit, ReadsTimesInEverySpelling) {
  EXPECT_EQ(time_of("0.5"), 0.5);
  EXPECT_EQ(time_of(" 1e-05 "), 1e-05);
  EXPECT_EQ(time_of("1,234.5"), 1234.5);
  EXPECT_EQ(time_of("1.234,5"), 1234.5);
  EXPECT_EQ(time_of("1,234,567"), 1234567);
  EXPECT_EQ(time_of("0,125"), 0.125);
  EXPECT_EQ(time_of("1,234"), 1.234);
}

TEST(ReadJunit, IgnoresTimesThatMakeNoSense) {
  for (std::string const written :
       {"-1", "nan", "inf", "", "soon", "1.5s", "1e999", ",", ".", "1652811173", "1e8"}) {
    EXPECT_EQ(time_of(written), std::nullopt) << written;
  }
}

TEST(ReadJunit, SurvivesControlCharacters) {
  using namespace std::string_view_literals;
  auto const read = only_case(
      "<testcase name='a\x1b[1m&#27;&#x0;\0b'><failure>&#0;&#xFFFFFFFFF;\0\x01</failure></testcase>"sv);

  EXPECT_EQ(read.name,
            "a\x1b[1m\x1b\xEF\xBF\xBD\xEF\xBF\xBD"
            "b");
  EXPECT_EQ(read.text, "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\x01");
}

TEST(ReadJunit, DecodesReferencesAsWritten) {
  auto const read = only_case(
      "<testcase name='a&#10;b&#9;c&#13;d&#x20;  e'><failure>&#xD83D;&#xDE00; &#8364; &#x &#; "
      "&nbsp; "
      "&#xD83D;</failure></testcase>");

  EXPECT_EQ(read.name, "a\nb\tc\rd   e");
  EXPECT_EQ(read.text, "\xF0\x9F\x98\x80 \xE2\x82\xAC &#x &#; &nbsp; \xEF\xBF\xBD");
}

TEST(ReadJunit, KeepsAnAmpersandThatNobodyEscaped) {
  auto const read = only_case(
      "<testcase name='a &lt; b & c &amp;& d && &x; &lt'><failure message='&gt;&&quot;&'>"
      "&#60;& &lt;<![CDATA[& &lt; &#x20;]]>&</failure></testcase>");

  EXPECT_EQ(read.name, "a < b & c && d && &x; &lt");
  EXPECT_EQ(read.message, ">&\"&");
  EXPECT_EQ(read.text, "<& <& &lt; &#x20;&");
}

TEST(ReadJunit, KeepsAnAmpersandWhereverItStands) {
  std::string const pieces[] = {"&", "&lt;", "x", "&#62;", "&amp;", ";", "&#xe9;"};
  std::string const meant[] = {"&", "<", "x", ">", "&", ";", "\xC3\xA9"};
  for (std::size_t i = 0; i < 7 * 7 * 7 * 7; ++i) {
    std::string written;
    std::string expected;
    for (auto rest = i, digits = std::size_t{0}; digits < 4; ++digits, rest /= 7) {
      written += pieces[rest % 7];
      expected += meant[rest % 7];
    }
    auto const read = only_case("<testcase name='" + written + "'>" + "<system-out>" + written +
                                "</system-out></testcase>");
    EXPECT_EQ(read.name, expected) << written;
    EXPECT_EQ(read.out, expected) << written;
  }
}

/// "für" in several encodings, with and without what says so.
TEST(ReadJunit, DecodesByMarkAndDeclaration) {
  using namespace std::string_literals;
  auto const report = [](std::string const& declared, std::string const& name) {
    return "<?xml version='1.0' encoding='" + declared + "'?>\n<testsuite><testcase name='" + name +
           "'/></testsuite>";
  };
  auto const wide = [](std::string const& text, bool big_end) {
    std::string all;
    for (char const c : text) {
      auto const byte = static_cast<unsigned char>(c) == 0xFC ? '\xFC' : c;
      all += big_end ? std::string{'\0', byte} : std::string{byte, '\0'};
    }
    return all;
  };
  auto const utf8 = "f\xC3\xBCr"s;
  auto const latin = "f\xFCr"s;
  std::vector<std::string> const reports{
      report("UTF-8", utf8),
      "\xEF\xBB\xBF" + report("utf-8", utf8),
      report("ISO-8859-1", latin),
      report("windows-1252", latin),
      report("latin1", latin),
      report("utf-16", utf8),  // .NET's string writers
      "\xFF\xFE" + wide(report("UTF-16", latin), false),
      "\xFE\xFF" + wide(report("UTF-16", latin), true),
      wide(report("UTF-16LE", latin), false),
      wide(report("utf-16", latin), true),
      "<testsuite><testcase name='" + utf8 + "'/></testsuite>",
  };

  for (auto const& one : reports) {
    auto const read = read_junit(one);
    ASSERT_EQ(read.cases.size(), 1U) << one;
    EXPECT_EQ(read.cases.front().name, utf8) << one;
    EXPECT_EQ(read.damage, std::nullopt) << one;
  }
}

TEST(ReadJunit, TellsOfAnEncodingThatNobodyKnows) {
  auto const read = read_junit("<?xml version='1.0' encoding='klingon'?><testsuite/>");

  EXPECT_EQ(read.damage, "its encoding `klingon` is not known here");
}

/// The rest of a report in UTF-16 that is cut off anywhere counts.
TEST(ReadJunit, DecodesWhatIsLeft) {
  std::string const text = "<testsuite><testcase name='a'/><testcase name='b'/></testsuite>";
  std::string wide = "\xFF\xFE";
  for (char const c : text) { wide += std::string{c, '\0'}; }

  auto const read = read_junit(wide.substr(0, 2 + 2 * text.find("</") - 1));

  EXPECT_EQ(read.cases.size(), 1U);
  EXPECT_TRUE(read.damage);
}

TEST(ReadJunit, HandsOutCasesOneByOne) {
  std::vector<std::string> names;

  auto const rest = read_junit("<testsuite><testcase name='a'/><testcase name='b'/></testsuite>",
                               [&](junit_case one) { names.push_back(one.name); });

  EXPECT_EQ(names, (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(rest.cases.empty());
}

TEST(ReadJunit, TellsASuiteThatCountsFailuresAndShowsNone) {
  for (std::string const head : {"<testsuite name='s' failures='1' errors='2'>",
                                 "<testsuites failures='3'><testsuite name='s'>",
                                 "<testsuite errors='3'><testsuite name='s' errors='3'>"}) {
    auto const nested = head.find("<testsuite", 5) != head.npos;
    auto const tail = !nested                           ? "</testsuite>"
                      : head.starts_with("<testsuites") ? "</testsuite></testsuites>"
                                                        : "</testsuite></testsuite>";
    auto const report = read_junit(head + "<testcase name='a'/>" + tail);
    ASSERT_EQ(report.outside.size(), 1U) << head;
    EXPECT_EQ(report.outside[0].message, "the report counts 3 failures and errors, and shows none");
  }
}

TEST(ReadJunit, BelievesASuiteWhoseFailuresAreShown) {
  for (std::string const inside :
       {"<testcase name='a'><failure/></testcase>", "<testcase name='a'><flakyFailure/></testcase>",
        "<testcase name='a'><skipped type='todo'/><failure/></testcase>",
        "<testcase name='a' status='failed'/>",
        "<testsuite failures='1'><testcase name='a'><error/></testcase></testsuite>"}) {
    auto const report = read_junit("<testsuite failures='1'>" + inside + "</testsuite>");
    EXPECT_TRUE(report.outside.empty()) << inside;
  }
}

}  // namespace
}  // namespace offload
