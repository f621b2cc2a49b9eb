// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/core/junit_record.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

namespace offload {
namespace {

using ::testing::ElementsAre;
using ::testing::Field;

TEST(RecordOfJunit, HasOneVerdictOfAllAttempts) {
  auto const record = record_of_junit(
      "<t><testcase name='flaky'><failure/></testcase><testcase name='flaky'/>"
      "<testcase name='turned'/><testcase name='turned'><error/></testcase>"
      "<testcase name='failed'><failure/></testcase><testcase name='failed'><error/></testcase>"
      "<testcase name='skipped'><skipped/></testcase><testcase name='passed'/>"
      "<testcase name='never'><skipped type='offload.not_run' message='stopped'/></testcase></t>");

  std::map<std::string, verdict> verdicts;
  for (auto const& one : record.tests) { verdicts[one.id.value] = one.ended; }
  EXPECT_EQ(verdicts, (std::map<std::string, verdict>{{"flaky", verdict::flaky},
                                                      {"turned", verdict::flaky},
                                                      {"failed", verdict::failed},
                                                      {"skipped", verdict::skipped},
                                                      {"passed", verdict::passed},
                                                      {"never", verdict::not_run}}));
  EXPECT_EQ(record.tests.at(2).id.value, "never");
  EXPECT_EQ(record.tests.at(2).reason, "stopped");
  EXPECT_TRUE(record.tests.at(2).attempts.empty());
}

TEST(RecordOfJunit, IsSortedByIdAndCallsACaseWithoutANameByItsClass) {
  auto const record = record_of_junit("<t><testcase name='b'/><testcase classname='a'/></t>");

  EXPECT_THAT(record.tests, ElementsAre(Field(&recorded_test::id, test_id{"a"}),
                                        Field(&recorded_test::id, test_id{"b"})));
}

TEST(RecordOfJunit, ReadsNoMoreThanIsAskedFor) {
  auto const record = record_of_junit(
      "<t><testcase name='a' time='2'><system-out>said</system-out></testcase>"
      "<testcase name='b'/></t>",
      {.wants = [](std::string_view name) { return name == "a"; }, .attempts = false});

  ASSERT_EQ(record.tests.size(), 1U);
  EXPECT_EQ(record.tests[0].longest, seconds{2});
  EXPECT_TRUE(record.tests[0].attempts.empty());
}

}  // namespace
}  // namespace offload
