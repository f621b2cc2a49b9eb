// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/report/test_log.hpp>
#include <support/temp_dir.hpp>

#include <gtest/gtest.h>

namespace offload {
namespace {

std::string const report = R"(<testsuites><testsuite name="pytest">
<testcase name="d::passes"/>
<testcase name="b::fails"><failure message="assert 1 == 2">def b():
  assert 1 == 2</failure></testcase>
<testcase name="c::errs"><error message="no fixture">fixture 'x' not found</error></testcase>
<testcase name="a::flaky"><failure message="once">boom</failure></testcase>
<testcase name="e::skipped"><skipped message="no gpu"/></testcase>
</testsuite><testsuite name="pytest"><testcase name="a::flaky"/></testsuite>
<testsuite name="not run"><testcase name="f::late"><skipped type="offload.not_run"
message="not run: stopped"/></testcase></testsuite></testsuites>)";

std::vector<std::string> shown(test_log_query const& query) {
  std::vector<std::string> banners;
  auto const log = read_test_log(report, query);
  for (auto const& entry : log->entries) {
    banners.push_back(entry.name + " " + std::string{to_string(entry.status)});
  }
  return banners;
}

std::string text_of(std::string_view xml, test_log_query const& query = {}) {
  std::string text;
  auto const log = read_test_log(xml, query);
  for (auto const& entry : log->entries) { append_text(text, entry); }
  return text;
}

using banners = std::vector<std::string>;

TEST(TestLog, ShowsEveryTestOnceSortedByName) {
  EXPECT_EQ(shown({}), (banners{"a::flaky FLAKY", "b::fails FAILED", "c::errs ERROR",
                                "d::passes PASSED", "e::skipped SKIPPED", "f::late NOT RUN"}));
}

TEST(TestLog, ShowsFailuresAndFlakyTests) {
  EXPECT_EQ(shown({.failures = true}), (banners{"a::flaky FLAKY", "b::fails FAILED"}));
}

TEST(TestLog, ShowsErrors) { EXPECT_EQ(shown({.errors = true}), banners{"c::errs ERROR"}); }

TEST(TestLog, ShowsFailuresAndErrorsTogether) {
  EXPECT_EQ(shown({.failures = true, .errors = true}),
            (banners{"a::flaky FLAKY", "b::fails FAILED", "c::errs ERROR"}));
}

TEST(TestLog, ShowsTestsByExactName) {
  EXPECT_EQ(shown({.tests = {"d::passes", "b::fails", "c::"}}),
            (banners{"b::fails FAILED", "d::passes PASSED"}));
}

TEST(TestLog, FindsTheExpressionAnywhereInTheName) {
  EXPECT_EQ(shown({.regex = "::[ef]"}),
            (banners{"a::flaky FLAKY", "b::fails FAILED", "c::errs ERROR"}));
}

TEST(TestLog, ShowsOnlyWhatSatisfiesAllFilters) {
  EXPECT_EQ(shown({.failures = true, .tests = {"b::fails", "c::errs"}, .regex = "^b|^c"}),
            banners{"b::fails FAILED"});
  EXPECT_EQ(shown({.failures = true, .tests = {"d::passes"}}), banners{});
}

TEST(TestLog, RefusesAnExpressionThatCannotBeUsed) {
  auto const log = read_test_log(report, {.regex = "a("});

  ASSERT_FALSE(log);
  EXPECT_TRUE(log.error().message.starts_with("Invalid --test-regex pattern"));
}

TEST(TestLog, PrintsBannerMessageAndText) {
  EXPECT_EQ(text_of(report, {.tests = {"b::fails", "d::passes", "e::skipped"}}),
            "=== b::fails [FAILED] ===\nassert 1 == 2\ndef b():\n  assert 1 == 2\n\n"
            "=== d::passes [PASSED] ===\n\n"
            "=== e::skipped [SKIPPED] ===\nno gpu\n\n");
}

TEST(TestLog, PrintsLineFeedsOfAMessage) {
  EXPECT_EQ(text_of("<testcase name='a'><failure message='one&#10;two'/></testcase>"),
            "=== a [FAILED] ===\none\ntwo\n\n");
}

TEST(TestLog, PrintsAMessageOnceWhenTheTextStartsWithIt) {
  EXPECT_EQ(text_of("<testcase name='a'><failure message='m'>m\nrest</failure></testcase>"),
            "=== a [FAILED] ===\nm\nrest\n\n");
  EXPECT_EQ(text_of("<testcase name='a'><failure message='m'>more</failure></testcase>"),
            "=== a [FAILED] ===\nm\nmore\n\n");
}

TEST(TestLog, PrintsEachBadAttemptFailuresFirst) {
  EXPECT_EQ(text_of("<t><testcase name='a'><error>late</error></testcase>"
                    "<testcase name='a'><failure>boom</failure></testcase>"
                    "<testcase name='a'><failure>boom</failure></testcase>"
                    "<testcase name='a'/></t>"),
            "=== a [FLAKY] ===\n--- attempt 2 of 4 ---\nboom\n--- attempt 1 of 4 ---\nlate\n\n");
}

TEST(TestLog, NumbersAttemptsAsTheyWereMadeHoweverTheirBatchesEnded) {
  std::string const xml = R"(<testsuites><testsuite id="9"><testcase name="a"/></testsuite>
<testsuite id="4"><testcase name="a"><failure message="second"/></testcase></testsuite>
<testsuite id="1"><testcase name="a"><failure message="first"/></testcase></testsuite></testsuites>)";

  EXPECT_EQ(text_of(xml),
            "=== a [FLAKY] ===\n--- attempt 1 of 3 ---\nfirst\n--- attempt 2 of 3 ---\nsecond\n\n");
}

TEST(TestLog, CountsARetriedTestThatNeverPassedAsFailed) {
  auto const log = read_test_log(
      "<t><testcase name='a'><error/></testcase><testcase name='a'><failure/></testcase></t>", {});

  ASSERT_EQ(log->entries.size(), 1U);
  EXPECT_EQ(log->entries[0].status, log_status::failed);
  EXPECT_EQ(log->entries[0].attempts, 2U);
}

TEST(TestLog, ReadsWhatIsThereOfABrokenReport) {
  auto const log = read_test_log(std::string_view{report}.substr(0, 100), {});

  EXPECT_EQ(log->entries.size(), 1U);
  EXPECT_TRUE(log->damage);
}

TEST(TestLog, AsksForARunWhenThereIsNoReport) {
  testing::temp_dir const dir;

  auto const log = read_test_log_file(dir / "junit.xml", {});

  ASSERT_FALSE(log);
  EXPECT_EQ(log.error().message, "No test results found at " + (dir / "junit.xml").string());
  EXPECT_EQ(log.error().hint, "Run `offload run` first.");
}

TEST(TestLog, PrintsToAFile) {
  testing::temp_dir const dir;
  testing::put_file(dir / "junit.xml", report);
  auto const log = read_test_log_file(dir / "junit.xml", {.tests = {"d::passes"}});
  ASSERT_TRUE(log);
  auto* const file = std::fopen((dir / "out").c_str(), "w");
  ASSERT_NE(file, nullptr);

  EXPECT_TRUE(print(*log, file));
  std::fclose(file);

  EXPECT_EQ(testing::contents_of(dir / "out"), "=== d::passes [PASSED] ===\n\n");
}

}  // namespace
}  // namespace offload
