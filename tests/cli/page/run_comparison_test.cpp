// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "page/run_comparison.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace offload {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

test_record record_of(std::string id, verdict ended, double longest = 0) {
  return {.test = {.id = {std::move(id)}}, .ended = ended, .longest = seconds{longest}};
}

constexpr auto index = [](std::uint32_t i) { return test_index{i}; };

TEST(RunComparison, TellsHowVerdictsHaveChanged) {
  earlier_results const before{
      {{"breaks"}, {verdict::passed}},   {{"stays bad"}, {verdict::failed}},
      {{"is fixed"}, {verdict::failed}}, {{"wavers"}, {verdict::passed}},
      {{"wavered"}, {verdict::flaky}},   {{"gone"}, {verdict::passed}},
      {{"away"}, {verdict::passed}}};
  std::vector<test_record> const now{
      record_of("breaks", verdict::failed),     record_of("stays bad", verdict::failed),
      record_of("is fixed", verdict::passed),   record_of("wavers", verdict::flaky),
      record_of("wavered", verdict::flaky),     record_of("new", verdict::passed),
      record_of("new and bad", verdict::failed)};

  auto const changes = compare(before, now, run_extent::all_tests);

  EXPECT_THAT(changes.newly_failing, ElementsAre(index(0), index(6)));
  EXPECT_THAT(changes.still_failing, ElementsAre(index(1)));
  EXPECT_THAT(changes.fixed, ElementsAre(index(2)));
  EXPECT_THAT(changes.newly_flaky, ElementsAre(index(3)));
  EXPECT_THAT(changes.added, ElementsAre(index(5), index(6)));
  EXPECT_THAT(changes.gone, ElementsAre(test_id{"away"}, test_id{"gone"}));
}

TEST(RunComparison, CallsNothingGoneWhereTheRunWasForSomeTestsOnly) {
  earlier_results const before{{{"a"}, {verdict::passed}}};

  EXPECT_THAT(compare(before, {}, run_extent::some_tests).gone, IsEmpty());
}

TEST(RunComparison, FindsTestsThatTakeMuchLonger) {
  earlier_results const before{
      {{"a"}, {verdict::passed, seconds{1}}},    {{"b"}, {verdict::passed, seconds{1}}},
      {{"c"}, {verdict::passed, seconds{0.01}}}, {{"d"}, {verdict::failed, seconds{1}}},
      {{"e"}, {verdict::passed, seconds{1}}},    {{"f"}, {verdict::passed, seconds{1}}}};
  std::vector<test_record> const now{
      record_of("a", verdict::passed, 2),   record_of("b", verdict::passed, 1.9),
      record_of("c", verdict::passed, 0.4), record_of("d", verdict::passed, 9),
      record_of("e", verdict::flaky, 5),    record_of("f", verdict::passed, 5)};

  auto const slower = compare(before, now, run_extent::all_tests).slower;

  EXPECT_THAT(slower, ElementsAre(slower_test{index(5), seconds{1}, seconds{5}},
                                  slower_test{index(0), seconds{1}, seconds{2}}));
}

}  // namespace
}  // namespace offload
