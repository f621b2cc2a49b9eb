// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "logs/test_log.hpp"

#include <gtest/gtest.h>
#include <support/temp_dir.hpp>

#include "logs/log_text.hpp"
#include "logs_of_reports.hpp"

namespace offload {
namespace {

using testing::read_test_log;

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
    banners.push_back(entry.id.value + " " + std::string{to_string(status_of(entry))});
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
            "=== a [FLAKY] ===\n--- attempt 2 of 4 ---\nboom\n--- attempt 1 of 4 ---\nlate\n"
            "--- attempt 4 of 4 passed ---\n\n");
}

TEST(TestLog, NumbersAttemptsAsTheyWereMadeHoweverTheirBatchesEnded) {
  std::string const xml = R"(<testsuites><testsuite id="9"><testcase name="a"/></testsuite>
<testsuite id="4"><testcase name="a"><failure message="second"/></testcase></testsuite>
<testsuite id="1"><testcase name="a"><failure message="first"/></testcase></testsuite></testsuites>)";

  EXPECT_EQ(text_of(xml),
            "=== a [FLAKY] ===\n--- attempt 1 of 3 ---\nfirst\n--- attempt 2 of 3 ---\nsecond\n"
            "--- attempt 3 of 3 passed ---\n\n");
}

TEST(TestLog, CountsARetriedTestThatNeverPassedAsFailed) {
  auto const log = read_test_log(
      "<t><testcase name='a'><error/></testcase><testcase name='a'><failure/></testcase></t>", {});

  ASSERT_EQ(log->entries.size(), 1U);
  EXPECT_EQ(status_of(log->entries[0]), log_status::failed);
  EXPECT_EQ(log->entries[0].attempts.size(), 2U);
}

TEST(TestLog, ReadsWhatIsThereOfABrokenReport) {
  auto const log = read_test_log(std::string_view{report}.substr(0, 100), {});

  EXPECT_EQ(log->entries.size(), 1U);
  EXPECT_TRUE(log->damage);
}

TEST(TestLog, ShowsFlakyTestsAndThoseThatDidNotRun) {
  EXPECT_EQ(shown({.flaky = true}), banners{"a::flaky FLAKY"});
  EXPECT_EQ(shown({.not_run = true}), banners{"f::late NOT RUN"});
  EXPECT_EQ(shown({.errors = true, .not_run = true}),
            (banners{"c::errs ERROR", "f::late NOT RUN"}));
}

TEST(TestLog, FindsATestByItsHandle) {
  auto const handle = handle_of(read_test_log(report, {.tests = {"b::fails"}})->entries.at(0));

  EXPECT_EQ(handle.size(), 9U);
  EXPECT_EQ(shown({.handle = handle}), banners{"b::fails FAILED"});
}

TEST(TestLog, CountsAllTestsWhateverIsShown) {
  auto const log = read_test_log(report, {.flaky = true});

  EXPECT_EQ(log->counts, (log_counts{1, 1, 1, 1, 1, 1}));
  EXPECT_EQ(log->counts.tests(), 6U);
}

std::string const with_places = R"(<testsuites>
<testsuite id="3" hostname="sb-1"><testcase name="a" time="0.5" file="a.py" line="7">
<failure message="no">text</failure><system-out>said</system-out></testcase></testsuite>
<testsuite id="4" hostname="sb-2"><testcase name="a" time="0.25"><system-out>good</system-out>
</testcase></testsuite></testsuites>)";

TEST(TestLog, KnowsWhereAttemptsTookPlace) {
  auto const log = read_test_log(with_places, {});

  auto const& entry = log->entries.at(0);
  EXPECT_EQ(entry.place, (source_place{"a.py", 7}));
  EXPECT_EQ(longest_of(entry), seconds{0.5});
  EXPECT_EQ(entry.attempts.at(0).sandbox, "sb-1");
  EXPECT_EQ(entry.attempts.at(0).batch, batch_id{3});
  EXPECT_EQ(entry.attempts.at(0).out, "said");
  EXPECT_EQ(entry.attempts.at(1).out, "");
}

TEST(TestLog, KeepsTheOutputOfGoodAttemptsWhenAsked) {
  EXPECT_EQ(read_test_log(with_places, {.outputs = true})->entries.at(0).attempts.at(1).out,
            "good");
}

TEST(TestLog, PrintsBothSidesOfAFlakyTestAndWhatTheyHaveLeft) {
  testing::temp_dir const dir;
  std::filesystem::create_directories(dir / "logs");
  std::filesystem::create_directories(dir / "sb-1/3/shots");
  testing::put_file(dir / "logs/batch-3.stdout.failure", "no");
  testing::put_file(dir / "logs/batch-3.stderr.failure", "");
  testing::put_file(dir / "sb-1/3/shots/a.png", "");
  auto const log = read_test_log(with_places, {});

  std::string text;
  append_text(text, log->entries.at(0), result_files{dir.path()});

  EXPECT_EQ(text,
            "=== a [FLAKY] ===\n--- attempt 1 of 2 ---\nno\ntext\n"
            "--- attempt 2 of 2 passed ---\n"
            "[attempt 1 failed in sandbox sb-1, batch 3]\n    log: " +
                (dir / "logs/batch-3.stdout.failure").string() +
                "\n    artifact: " + (dir / "sb-1/3/shots/a.png").string() +
                "\n[attempt 2 passed in sandbox sb-2, batch 4]\n\n");
}

TEST(TestLog, PrintsOneAttemptWithItsOutput) {
  auto const log = read_test_log(with_places, {});

  auto const& entry = log->entries.at(0);
  EXPECT_EQ(text_of(entry, entry.attempts.at(0)),
            "=== a [FLAKY] attempt 1 of 2 failed ===\nno\ntext\n--- standard output ---\nsaid\n"
            "[sandbox sb-1, batch 3]\n");
}

TEST(TestLog, ListsTheSlowestTests) {
  auto log = read_test_log(
      "<t><testcase name='a' time='1'/><testcase name='b' time='12.5'/><testcase name='c'/></t>",
      {});

  keep_slowest(*log, 2);

  EXPECT_EQ(duration_lines(*log, 5), "   12.500s  PASSED   b\n    1.000s  PASSED   a\n");
  EXPECT_EQ(duration_lines(*log, 1), "   12.500s  PASSED   b\n... and 1 more\n");
}

TEST(TestLog, ListsNoTestThatDidNotRunAmongTheSlowest) {
  auto log = read_test_log(
      "<t><testcase name='never' time='9'><skipped type='offload.not_run'/></testcase>"
      "<testcase name='b' time='0'/><testcase name='a' time='0'/></t>",
      {});

  keep_slowest(*log, 3);

  EXPECT_EQ(duration_lines(*log, 3), "    0.000s  PASSED   a\n    0.000s  PASSED   b\n");
}

}  // namespace
}  // namespace offload
