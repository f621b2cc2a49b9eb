// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/core/junit_record.hpp>
#include <offload/history/last_run.hpp>

#include <gtest/gtest.h>

#include <string>
#include <unordered_set>
#include <vector>

#include "histories.hpp"

namespace offload {
namespace {

using testing::config_name;
using testing::sample;
using ids = std::unordered_set<test_id>;

TEST(LastRun, IsReadFromAReport) {
  auto const last = last_run_of(record_of_junit(
      "<testsuite><testcase name='good'/><testcase name='bad'><failure/></testcase>"
      "<testcase name='broken'><error/></testcase><testcase name='left'><skipped/></testcase>"
      "<testcase name='flaky'/><testcase name='flaky'><failure/></testcase>"
      "<testcase name='shaky'><failure/></testcase><testcase name='shaky'/>"
      "<testcase name='never'><skipped type='offload.not_run'/></testcase></testsuite>"));

  EXPECT_EQ(last.already_passed, (ids{{"good"}, {"left"}}));
  EXPECT_EQ(last.to_rerun, (ids{{"bad"}, {"broken"}, {"flaky"}, {"shaky"}, {"never"}}));
  ASSERT_EQ(last.kept.size(), 2U);
  EXPECT_EQ(last.kept[0].id, test_id{"good"});
  EXPECT_EQ(last.kept[1].id, test_id{"left"});
}

TEST(LastRun, TestsBelowWhatCouldNotBeLoadedHaveNotPassed) {
  auto const last = last_run_of(record_of_junit(
      "<testsuite><testcase name='a.py::x'/><testcase name='a.py'><error/></testcase>"
      "<testcase name='a.pyx::x'/><testcase name='t/b.py::x'/><testcase "
      "name='t'><error/></testcase>"
      "<testcase name='a.test.js &gt; x'/><testcase name='a.test.js'><error/></testcase>"
      "<testcase name='pkg TestX'/><testcase name='pkg'><error/></testcase></testsuite>"));

  EXPECT_EQ(last.already_passed, (ids{{"a.pyx::x"}}));
  EXPECT_EQ(last.kept.size(), 1U);
}

TEST(LastRun, CountsWhatThereIsNoMore) {
  last_run const last{.already_passed = {{"good"}}, .to_rerun = {{"bad"}, {"gone"}, {"away"}}};
  std::vector<test_record> const tests{{.test = {.id = {"bad"}}}, {.test = {.id = {"new"}}}};

  EXPECT_EQ(gone_from(tests, last), 2U);
}

TEST(LastRun, IsReadFromTheHistory) {
  history all;
  auto const add = [&](std::string const& test, history_outcome how, std::string const& run,
                       std::int64_t at) {
    add_attempt(all.edit({config_name, test}), how, sample(run, at, 1), 20);
  };
  add("good", history_outcome::failed, "one", 1);
  add("good", history_outcome::passed, "two", 2);
  add("bad", history_outcome::passed, "one", 1);
  add("bad", history_outcome::failed, "two", 2);
  add("flaky", history_outcome::failed, "two", 2);
  add("flaky", history_outcome::passed, "two", 2);
  add("older", history_outcome::failed, "one", 1);
  add_attempt(all.edit({"other.toml", "elsewhere"}), history_outcome::failed, sample("x", 1, 1),
              20);

  auto const last = last_run_of(all, "folder/offload.toml");

  EXPECT_EQ(last.already_passed, (ids{{"good"}}));
  EXPECT_EQ(last.to_rerun, (ids{{"bad"}, {"flaky"}, {"older"}}));
}

}  // namespace
}  // namespace offload
