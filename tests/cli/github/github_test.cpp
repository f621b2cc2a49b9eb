// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "github/github_output.hpp"

namespace offload {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

class GitHub : public ::testing::Test {
 protected:
  test_record& add(std::string id, verdict ended, std::string reason = "") {
    test_record record;
    record.test.id = {std::move(id)};
    record.test.place = {"tests/a.py", 3};
    record.ended = ended;
    record.reason = std::move(reason);
    record.attempts = ended == verdict::flaky ? 2 : 1;
    tests.push_back(std::move(record));
    return tests.back();
  }
  void add_many(std::size_t n, verdict ended, std::string const& reason) {
    for (std::size_t i = 0; i < n; ++i) { add(fmt::format("t{}", tests.size()), ended, reason); }
  }
  [[nodiscard]] github_run run() {
    summary.tests = tests;
    return {.summary = summary,
            .bad = bad,
            .warnings = warnings,
            .repeat_all = "offload run",
            .repeat_failed = "offload run --failed",
            .report = "test-results/junit.xml",
            .in_repository = [](std::string_view file) -> std::optional<std::string> {
              if (file != "tests/a.py" && file != "src/b.rs") { return {}; }
              return "sub/" + std::string{file};
            }};
  }
  [[nodiscard]] std::vector<github_annotation> annotations() { return annotations_of(run()); }
  [[nodiscard]] std::string page(std::size_t most = 1'000'000) {
    return job_summary_of(run(), most);
  }

  std::vector<test_record> tests;
  std::map<std::string, last_bad_attempt> bad;
  std::vector<std::string> warnings;
  run_summary summary{.duration = seconds{12.3}};
};

TEST_F(GitHub, IsToldNothingOfAGoodRun) {
  add("t", verdict::passed);

  EXPECT_THAT(annotations(), IsEmpty());
}

TEST_F(GitHub, IsShownAFailureAtItsPlaceInTheRepository) {
  add("tests/a.py::t", verdict::failed, "assert 1 == 2");

  ASSERT_EQ(annotations().size(), 1U);
  EXPECT_EQ(
      workflow_command(annotations()[0]),
      "::error file=sub/tests/a.py,line=3,title=Failed%3A tests/a.py%3A%3At::assert 1 == 2\n");
}

TEST_F(GitHub, IsShownTheLineOfTheTestThatTheTextNames) {
  add("t", verdict::failed, "no");
  bad["t"] = {.text = "tests/a.py:2: in setup\nlib/x.py:9: in f\ntests/a.py:7: AssertionError"};

  EXPECT_EQ(annotations()[0].line, 7U);
}

TEST_F(GitHub, IsShownThePlaceOfTheTextWhenTheTestHasNone) {
  add("t", verdict::failed, "no").test.place = {};
  bad["t"] = {.text = "at 10:30, panicked at src/b.rs:12:9:\nat other.rs:3"};

  EXPECT_EQ(annotations()[0].file, "sub/src/b.rs");
  EXPECT_EQ(annotations()[0].line, 12U);
}

TEST_F(GitHub, IsToldNoPlaceOutsideOfTheRepository) {
  add("t", verdict::failed, "no").test.place = {"/usr/lib/x.py", 3};

  EXPECT_EQ(workflow_command(annotations()[0]), "::error title=Failed%3A t::no\n");
}

TEST_F(GitHub, CommandsAreEscaped) {
  EXPECT_EQ(workflow_command({.level = annotation_level::warning,
                              .file = "a,b:c%.py",
                              .line = 1,
                              .title = "50%\n,:",
                              .message = "x,y:z 100%\r\n::error::no"}),
            "::warning file=a%2Cb%3Ac%25.py,line=1,title=50%25%0A%2C%3A::x,y:z "
            "100%25%0D%0A::error::no\n");
}

TEST_F(GitHub, CommandsWithoutPropertiesHaveNoSpace) {
  EXPECT_EQ(workflow_command({.level = annotation_level::notice, .line = 4, .message = "m"}),
            "::notice::m\n");
}

TEST_F(GitHub, IsShownEachCauseBeforeMoreOfTheSame) {
  add_many(30, verdict::failed, "took 17 s");
  add("other", verdict::failed, "no such table");

  auto const all = annotations();

  ASSERT_EQ(all.size(), most_annotations);
  EXPECT_EQ(all[0].message, "took 17 s\n29 more tests fail like this.");
  EXPECT_EQ(all[1].title, "Failed: other");
  EXPECT_EQ(all[2].title, "Failed: t1");
  EXPECT_EQ(all[9].title, "22 more failures");
  EXPECT_EQ(all[9].level, annotation_level::error);
}

TEST_F(GitHub, TakesReasonsThatDifferInNumbersForOneCause) {
  add("a", verdict::failed, "assert 1 == 2, at 0x7f00a1");
  add("b", verdict::failed, "assert 1 == 30, at 0x7e12bc");

  EXPECT_THAT(annotations()[0].message, EndsWith("\n1 more test fails like this."));
}

TEST_F(GitHub, HasNoErrorForATestThatRecovered) {
  add("t", verdict::flaky, "timeout");

  ASSERT_EQ(annotations().size(), 1U);
  EXPECT_EQ(annotations()[0].level, annotation_level::notice);
  EXPECT_EQ(annotations()[0].message, "recovered: passed in attempt 2; before that: timeout");
}

TEST_F(GitHub, IsToldOnceWhyManyTestsWereNotRun) {
  add_many(5, verdict::not_run, "stopped early");

  ASSERT_EQ(annotations().size(), 1U);
  EXPECT_EQ(annotations()[0].title, "Not run: 5 tests");
  EXPECT_EQ(annotations()[0].message, "stopped early");
  EXPECT_EQ(annotations()[0].file, "");
}

TEST_F(GitHub, IsWarned) {
  warnings = {"a sandbox was lost"};

  ASSERT_EQ(annotations().size(), 1U);
  EXPECT_EQ(annotations()[0].level, annotation_level::warning);
}

TEST_F(GitHub, PageBeginsWithTheCounts) {
  add("a", verdict::passed);
  add("b", verdict::flaky);
  EXPECT_THAT(page(), StartsWith("### ⚠️ Tests: 2 passed, 1 flaky\n\n2 tests in 12.3s.\n"));

  add("c", verdict::failed);
  add("d", verdict::not_run);
  add("e", verdict::skipped);
  EXPECT_THAT(page(),
              StartsWith("### ❌ Tests: 2 passed, 1 failed, 1 not run, 1 flaky, 1 skipped\n"));
}

TEST_F(GitHub, PageOfAGoodRunHasNoLists) {
  add("a", verdict::passed);

  EXPECT_THAT(page(), StartsWith("### ✅ Tests: 1 passed\n"));
  EXPECT_THAT(page(), Not(HasSubstr("####")));
  EXPECT_THAT(page(), Not(HasSubstr("--failed")));
}

TEST_F(GitHub, PageHasTheTextOfAFailure) {
  add("a", verdict::failed, "why");
  bad["a"] = {.text = "\x1b[31mred\x1b[0m <b>\n\nend\x07"};

  EXPECT_THAT(page(), HasSubstr("<details><summary><code>a</code> — why</summary>\n\n"));
  EXPECT_THAT(page(), HasSubstr("<pre>red &lt;b&gt;\n\nend\\x07\n</pre>\n\n</details>\n"));
  EXPECT_THAT(page(), HasSubstr("<pre>offload run --failed\n</pre>"));
}

TEST_F(GitHub, PageSaysWhyTheRunEndedEarly) {
  add("a", verdict::not_run);
  summary.ended = run_end::interrupted;
  summary.why_stopped = "Ctrl-C";

  EXPECT_THAT(page(), HasSubstr("**The run did not complete: Ctrl-C.**"));
}

TEST_F(GitHub, PageStaysWithinItsBytesAndSaysWhatIsMissing) {
  for (int i = 0; i < 3000; ++i) {
    auto const id = fmt::format("t{}", i);
    add(id, verdict::failed, fmt::format("{} is broken", i % 2 == 0 ? "this" : "that"));
    bad[id] = {.text = std::string(2000, '<')};
    add(id + "f", verdict::flaky);
  }

  auto const text = page(200'000);

  EXPECT_LE(text.size(), 200'000U);
  EXPECT_THAT(text, HasSubstr("1500 tests fail like this one:"));
  EXPECT_THAT(text, HasSubstr(" more failed tests, see <code>"));
  EXPECT_THAT(text, HasSubstr("… and 2800 more tests"));
  EXPECT_THAT(text, EndsWith("</details>\n"));
}

TEST_F(GitHub, PageWithoutRoomIsEmpty) {
  add("a", verdict::failed);

  EXPECT_EQ(page(0), "");
}

TEST_F(GitHub, NamesAreNoMarkdown) {
  EXPECT_EQ(plain_in_markdown("a_b*[x](y)|`<img>@me #1\n"),
            "a&#95;b&#42;&#91;x&#93;&#40;y&#41;&#124;&#96;&#60;img&#62;&#64;me &#35;1&#92;n");
  EXPECT_EQ(plain_in_markdown("größe"), "größe");
}

}  // namespace
}  // namespace offload
