// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/history/import.hpp>

#include <gtest/gtest.h>

#include <string>

#include "histories.hpp"

namespace offload {
namespace {

using testing::config_name;

std::size_t import_from(history& to, std::string const& text) {
  auto const read = read_timings(text);
  if (!read) { return 0; }
  return add_imported(to, config_name, read->cases, imported_run(text, 7), 20);
}

TEST(Import, ReadsDurationsOfPytestSplit) {
  history all;

  EXPECT_EQ(import_from(all, "{\n  \"a.py::t[x y]\": 1.2345,\n  \"a.py::u\": 3e-05\n}"), 2U);

  auto const* known = all.find({config_name, "a.py::t[x y]"});
  ASSERT_NE(known, nullptr);
  EXPECT_EQ(known->attempts, 1U);
  EXPECT_EQ(known->passed[0].at_ms, 7);
  EXPECT_EQ(known->passed[0].duration, 1.235);  // 1.2345 is a little more than it says
}

TEST(Import, ReadsTheirListsOfPairs) {
  history all;

  EXPECT_EQ(import_from(all, R"([["a.py::t", 1.5], ["a.py::u", 2]])"), 2U);
}

TEST(Import, ReadsJunit) {
  history all;

  EXPECT_EQ(import_from(all,
                        "<testsuite><testcase name='good' time='1'/>"
                        "<testcase name='bad' time='2'><failure/></testcase>"
                        "<testcase name='left' time='0'><skipped/></testcase>"
                        "<testcase name='unknown'/></testsuite>"),
            2U);
  EXPECT_EQ(all.find({config_name, "bad"})->failures, 1U);
  EXPECT_EQ(all.find({config_name, "left"}), nullptr);
}

TEST(Import, AddsAFileOnce) {
  std::string const report =
      "<testsuite><testcase name='t' time='1'><failure/></testcase>"
      "<testcase name='t' time='2'/></testsuite>";
  history all;

  EXPECT_EQ(import_from(all, report), 2U);
  EXPECT_EQ(import_from(all, report), 0U);
  EXPECT_EQ(import_from(all, report + " "), 2U);
  EXPECT_EQ(all.find({config_name, "t"})->attempts, 4U);
}

TEST(Import, RefusesWhatItCannotRead) {
  for (std::string const text : {"", "  \n", "not a report", "{\"a\": \"text\"}", "{\"a\": -1}",
                                 "{broken", "[1, 2]", "<html></html>"}) {
    EXPECT_FALSE(read_timings(text)) << text;
  }
}

}  // namespace
}  // namespace offload
