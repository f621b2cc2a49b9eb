// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <array>
#include <random>

#include "logs/digest_json.hpp"
#include "logs/digest_text.hpp"

namespace offload {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr auto command = "offload logs";

recorded_test failed_test(std::string name, std::string message, std::string text = {}) {
  recorded_test entry{.id = {std::move(name)}, .ended = verdict::failed, .longest = seconds{0.25}};
  entry.attempts.push_back({.number = 1,
                            .ended = outcome::failed,
                            .took = seconds{0.25},
                            .sandbox = "sb-1",
                            .batch = batch_id{7},
                            .message = std::move(message),
                            .text = std::move(text)});
  return entry;
}

test_log log_of_tests(std::vector<recorded_test> entries) {
  test_log log;
  std::ranges::sort(entries, {}, &recorded_test::id);
  for (auto const& entry : entries) { log.counts.add(status_of(entry)); }
  log.entries = std::move(entries);
  return log;
}

/// 500 failures of 3 causes, a flaky test and one that was not run.
test_log large_log() {
  std::vector<recorded_test> entries;
  std::array<std::string, 3> const causes{"KeyError: 'vat'", "no such table: users",
                                          "connection refused"};
  for (int i = 0; i < 500; ++i) {
    auto const which = static_cast<std::size_t>(i < 300 ? 0 : i < 450 ? 1 : 2);
    std::string text(900, 'x');
    text += fmt::format("\nE   {}\nshop.py:{}: Error", causes.at(which), i);
    entries.push_back(failed_test(fmt::format("tests/test_{}.py::test_of_shop[{}]", i / 20, i),
                                  causes.at(which), text));
  }
  auto flaky = failed_test("tests/test_net.py::test_shaky", "TimeoutError: 31 ms");
  flaky.ended = verdict::flaky;
  flaky.attempts.push_back(
      {.number = 2, .ended = outcome::passed, .sandbox = "sb-2", .batch = batch_id{9}});
  entries.push_back(std::move(flaky));
  entries.push_back({.id = {"tests/test_z.py::test_late"},
                     .ended = verdict::not_run,
                     .reason = "not run: the run was interrupted"});
  return log_of_tests(std::move(entries));
}

std::string text_of(test_log const& log, std::size_t budget) {
  return text_within(budget, digest_of(log), {}, command);
}

std::string json_of(test_log const& log, std::size_t budget) {
  return json_within(budget, digest_of(log), {}, {"out/junit.xml", command});
}

TEST(LogDigest, ExplainsManyFailuresOfFewCausesInFewBytes) {
  auto const text = text_of(large_log(), 4000);

  EXPECT_LE(text.size(), 4000U);
  EXPECT_GT(text.size(), 3000U);
  EXPECT_THAT(text, HasSubstr("502 tests: 500 failed, 1 flaky, 1 not run\n"));
  EXPECT_THAT(text, HasSubstr("300 tests: KeyError: 'vat'"));
  EXPECT_THAT(text, HasSubstr("150 tests: no such table: users"));
  EXPECT_THAT(text, HasSubstr("50 tests: connection refused"));
  EXPECT_THAT(text, ContainsRegex("KeyError: 'vat'\n    shop.py:[0-9]+: Error"));
  EXPECT_THAT(text, ContainsRegex("\\.\\.\\. and [0-9]+ more\n"));
  EXPECT_THAT(text, HasSubstr("--show HANDLE"));
}

TEST(LogDigest, ShowsBothSidesOfFlakyTestsAmongTheNames) {
  EXPECT_THAT(text_of(large_log(), 4000),
              HasSubstr("tests/test_net.py::test_shaky: attempt 1 failed (TimeoutError: 31 ms), "
                        "attempt 2 passed\n"));
}

TEST(LogDigest, SaysEverythingWhenThereIsRoom) {
  auto const log = large_log();

  auto const text = text_of(log, 10'000'000);

  EXPECT_THAT(text, Not(HasSubstr("Left out")));
  for (auto const& entry : log.entries) { EXPECT_THAT(text, HasSubstr(entry.id.value)); }
}

TEST(LogDigest, SaysTheCountsFirstAndNamesAsManyAsFit) {
  EXPECT_EQ(text_of(large_log(), 30), "502 tests: 500 failed, 1 flaky");
  EXPECT_THAT(text_of(large_log(), 400), HasSubstr("50 tests: connection refused"));
  EXPECT_THAT(text_of(large_log(), 1000), HasSubstr("test_shaky: attempt 1 failed"));
}

std::string random_text(std::mt19937& random, std::size_t most) {
  constexpr std::array<std::string_view, 12> parts{
      "a",  "E   assert 1 == 2\n",    "\n",       "é",   "日本",    "\"",
      "\\", "shop.py:12: KeyError\n", "\xff\xfe", "<n>", "0x7f00 ", "    at f (/srv/a.js:1:2)\n"};
  std::string text;
  for (auto left = random() % (most + 1); left > 0; --left) {
    text += parts.at(random() % parts.size());
  }
  return text;
}

test_log random_log(std::mt19937& random) {
  std::vector<recorded_test> entries;
  for (auto n = random() % 60; n > 0; --n) {
    auto entry = failed_test(fmt::format("{}{}", random_text(random, 30), n),
                             random_text(random, 8), random_text(random, 400));
    entry.ended = static_cast<verdict>(random() % 5);
    if (random() % 2 == 0) { entry.attempts[0].ended = outcome::errored; }
    entry.reason = random_text(random, 20);
    entry.attempts[0].out = random_text(random, 50);
    if (entry.ended == verdict::flaky) {
      entry.attempts.push_back({.number = 2, .ended = outcome::passed});
    } else if (entry.ended != verdict::failed) {
      entry.attempts.clear();
    }
    entries.push_back(std::move(entry));
  }
  return log_of_tests(std::move(entries));
}

TEST(LogDigest, NeverTakesMoreThanTheBudget) {
  std::mt19937 random{20261121};
  for (int round = 0; round < 80; ++round) {
    auto const log = random_log(random);
    std::size_t const budget = random() % (round % 3 == 0 ? 300 : 9000) + 1;

    auto const text = text_of(log, budget);
    auto const document = json_of(log, budget);

    ASSERT_LE(text.size(), budget);
    ASSERT_LE(document.size(), budget);
    if (budget > 1000 && !log.entries.empty()) {
      ASSERT_GE(text.size(), std::min<std::size_t>(budget / 3, 60));
    }
    ASSERT_TRUE(document.empty() || nlohmann::json::accept(document)) << document;
    ASSERT_FALSE(budget > 300 && document.empty()) << budget;
  }
}

TEST(LogDigest, SaysMoreWithALargerBudget) {
  auto const log = large_log();
  std::size_t before = 0;
  for (std::size_t const budget : {200U, 1000U, 4000U, 20'000U, 100'000U}) {
    auto const said = text_of(log, budget).size();
    EXPECT_GT(said, before);
    EXPECT_GT(said, budget / 2) << budget;
    before = said;
  }
}

TEST(LogDigest, KeepsTheResultsOfOneCause) {
  auto const log = large_log();
  auto const digest = digest_of(log);

  auto const some = log_of(digest, digest.causes.at(2));

  EXPECT_EQ(some.entries.size(), 50U);
  EXPECT_EQ(some.counts.failed, 50U);
}

TEST(LogDigest, TellsTheCausesInJson) {
  auto const log = large_log();
  auto const digest = digest_of(log);

  auto const all = nlohmann::json::parse(render_json(digest, {}, {}, {"out/junit.xml", command}));

  EXPECT_EQ(all["version"], 1);
  EXPECT_EQ(all["report"], "out/junit.xml");
  EXPECT_EQ(all["counts"]["failed"], 500);
  EXPECT_EQ(all["tests"].size(), 502U);
  EXPECT_TRUE(all["cut"].is_null());
  auto const& cause = all["causes"][0];
  EXPECT_EQ(cause["tests"], 300);
  EXPECT_EQ(cause["names"].size(), 300U);
  EXPECT_EQ(cause["place"], "shop.py");
  auto const& test = all["tests"][0];
  EXPECT_EQ(test["status"], "failed");
  auto const& attempt = test["attempts"][0];
  EXPECT_EQ(attempt["cause"], cause["handle"]);
  EXPECT_EQ(attempt["handle"], test["handle"].get<std::string>() + ".1");
  EXPECT_EQ(attempt["sandbox"], "sb-1");
  EXPECT_EQ(attempt["batch"], 7);
}

TEST(LogDigest, CountsInJsonWhatIsCut) {
  auto const all = nlohmann::json::parse(json_of(large_log(), 3000));

  EXPECT_EQ(all["causes"].size(), 4U);
  EXPECT_EQ(all["cut"]["tests"].get<std::size_t>() + all["tests"].size(), 502U);
}

TEST(LargestThat, FindsTheLastNumberThatFits) {
  for (std::size_t const last : {0U, 1U, 2U, 7U, 8U, 1000U}) {
    EXPECT_EQ(largest_that([&](std::size_t n) { return n <= last; }, 1000), last);
  }
}

TEST(Excerpt, KeepsTheTellingPart) {
  std::string const body(500, '.');
  auto const python = excerpt("def f():\n" + body + "\nE   KeyError\nshop.py:5: KeyError", 150);
  auto const script = excerpt("TypeError: no\n    at f (a.js:1:2)\n" + body, 150);

  EXPECT_THAT(python, HasSubstr("E   KeyError\nshop.py:5: KeyError"));
  EXPECT_THAT(script, HasSubstr("TypeError: no\n    at f"));
  EXPECT_THAT(script, HasSubstr("bytes left out"));
}

}  // namespace
}  // namespace offload
