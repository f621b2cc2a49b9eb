// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/core/junit_record.hpp>
#include <offload/history/history_estimator.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <unordered_map>
#include <vector>

namespace offload {
namespace {

TEST(HistoryEstimator, TakesTheLongestTimeOfEachNameFromARecordWhereItKnowsNone) {
  history_estimator known{.durations = {{{"known"}, seconds{2}}}};

  known.add(record_of_junit(
      "<testsuite><testcase name='a' time='1'/><testcase name='a' time='3'/>"
      "<testcase name='a' time='2'/><testcase name='b' time='-4'/><testcase time='5'/>"
      "<testcase name='c' time='0'><skipped type='offload.not_run'/></testcase>"
      "<testcase name='known' time='9'/></testsuite>"));

  EXPECT_EQ(known.durations, (std::unordered_map<test_id, seconds>{
                                 {test_id{"a"}, seconds{3}}, {test_id{"known"}, seconds{2}}}));
}

TEST(HistoryEstimator, ExpectsNothingWhenNothingIsKnownOfAnyTest) {
  std::vector<test_case> tests{{.id = {"a"}, .groups = {"known"}}};
  history_estimator known{.durations = {{{"gone"}, seconds{2}}}, .default_duration = seconds{7}};

  known.estimate(tests);

  EXPECT_EQ(tests[0].expected, std::nullopt);
}

TEST(HistoryEstimator, ExpectsTheDefaultWhereTheGroupIsNew) {
  std::vector<test_case> tests{{.id = {"a"}, .groups = {"known"}},
                               {.id = {"b"}, .groups = {"new"}}};
  history_estimator known{.durations = {{{"a"}, seconds{2}}}, .default_duration = seconds{7}};

  known.estimate(tests);

  EXPECT_EQ(tests[0].expected, seconds{2});
  EXPECT_EQ(tests[1].expected, seconds{7});
}

TEST(HistoryEstimator, ExpectsATestToBeLikeItsFileOrElseItsGroup) {
  std::vector<test_case> tests{{.id = {"slow"}, .groups = {"all"}, .place = {"slow.py", 1}},
                               {.id = {"new"}, .groups = {"all"}, .place = {"slow.py", 2}},
                               {.id = {"quick"}, .groups = {"all"}, .place = {"quick.py", 1}},
                               {.id = {"other"}, .groups = {"all"}, .place = {"other.py", 1}}};
  history_estimator known{.durations = {{{"slow"}, seconds{9}}, {{"quick"}, seconds{1}}}};

  known.estimate(tests);

  EXPECT_EQ(tests[1].expected, seconds{9});
  EXPECT_EQ(tests[3].expected, seconds{5}) << "as its group";
}

TEST(HistoryEstimator, SaysHowOftenATestFails) {
  std::vector<test_case> tests{{.id = {"a"}}, {.id = {"b"}}};
  history_estimator known{.failure_rates = {{{"b"}, 0.25}}};

  known.estimate(tests);

  EXPECT_EQ(tests[0].failure_rate, std::nullopt);
  EXPECT_EQ(tests[1].failure_rate, 0.25);
}

}  // namespace
}  // namespace offload
