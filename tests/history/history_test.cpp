// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/history/history.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <utility>

#include "histories.hpp"
#include "support/temp_dir.hpp"

namespace offload {
namespace {

using testing::config_name;
using ::testing::HasSubstr;
using testing::sample;

std::string const line =
    R"({"k":["offload.toml","a::b"],"v":{"n":2,"f":1,"last_run":"0RMw",)"
    R"("ok":[["0RMw",1777757349864,9.096]],"fail":[["0RMw",1777757349864,1.5]]}})"
    "\n";

std::string line_of(double duration) {
  history all;
  add_attempt(all.edit({"c", "t"}), history_outcome::passed, sample("r", 1, duration), 20);
  auto const text = all.text();
  auto const from = text.find("[[\"r\",1,") + 8;
  return text.substr(from, text.find(']', from) - from);
}

TEST(History, ReadsWhatItWrites) {
  auto const read = history::parse(line);

  auto const* known = read.find({config_name, "a::b"});
  ASSERT_NE(known, nullptr);
  EXPECT_EQ(*known, (test_history{.attempts = 2,
                                  .failures = 1,
                                  .last_run = "0RMw",
                                  .passed = {sample("0RMw", 1777757349864, 9.096)},
                                  .failed = {sample("0RMw", 1777757349864, 1.5)}}));
  EXPECT_EQ(read.text(), line);
}

TEST(History, WritesARealFileByteByByte) {
  auto const text = testing::contents_of(testing::real_history_path());
  auto read = history::parse(text);
  ASSERT_GT(read.size(), 200U);
  ASSERT_TRUE(read.damaged().empty());
  EXPECT_EQ(read.text(), text);

  history written_anew;
  read.each([&](history_key const& key, test_history const& one) { written_anew.put(key, one); });

  EXPECT_EQ(written_anew.text(), text);
}

TEST(History, IsSortedByKey) {
  history all;
  (void)all.edit({"b.toml", "a"});
  (void)all.edit({"a.toml", "\xc3\xa9"});
  (void)all.edit({"a.toml", "z"});

  auto const text = all.text();
  EXPECT_LT(text.find("\"z\""), text.find("\xc3\xa9"));
  EXPECT_LT(text.find("\xc3\xa9"), text.find("b.toml"));
}

TEST(History, SpellsNumbersAsShortAsTheyMeanTheSame) {
  EXPECT_EQ(line_of(0), "0.0");
  EXPECT_EQ(line_of(5), "5.0");
  EXPECT_EQ(line_of(12.058), "12.058");
  EXPECT_EQ(line_of(0.1 + 0.2), "0.30000000000000004");
  EXPECT_EQ(line_of(0.000412), "0.000412");
  EXPECT_EQ(line_of(1e-5), "0.00001");
  EXPECT_EQ(line_of(1.25e-6), "1.25e-6");
  EXPECT_EQ(line_of(1e15), "1000000000000000.0");
  EXPECT_EQ(line_of(1e16), "1e16");
  EXPECT_EQ(line_of(std::numeric_limits<double>::max()), "1.7976931348623157e308");
}

TEST(History, KeepsOddIdsAsTheyAre) {
  for (std::string const id : {"t[a b]", "quote\" back\\slash", "line\nfeed\ttab\x01", "\x7f",
                               "snow \xe2\x98\x83", " leading"}) {
    history all;
    (void)all.edit(history_key_of("some/folder/offload.toml", {id}));

    auto const read = history::parse(all.text());

    EXPECT_TRUE(read.damaged().empty()) << id;
    EXPECT_NE(read.find({config_name, id}), nullptr) << all.text();
  }
}

TEST(History, FindsAnIdThatIsNoUtf8Again) {
  history all;
  (void)all.edit(history_key_of("offload.toml", {"t\xff"}));

  EXPECT_NE(history::parse(all.text()).find(history_key_of("offload.toml", {"t\xff"})), nullptr);
}

TEST(History, ServesBesideADamagedLine) {
  auto const read = history::parse("{\"k\":[\"offload.toml\",\"cut\"],\"v\":{\"n\":1,\n\n" + line);

  EXPECT_NE(read.find({config_name, "a::b"}), nullptr);
  ASSERT_EQ(read.damaged().size(), 1U);
  EXPECT_EQ(read.damaged()[0].number, 1U);
  EXPECT_THAT(read.damaged()[0].why, HasSubstr("not JSON"));
  EXPECT_EQ(read.text(), line);
}

TEST(History, SaysWhatIsWrongWithALine) {
  using pair = std::pair<std::string, std::string>;
  for (auto const& [text, why] :
       {pair{"<<<<<<< HEAD", "merge conflict"}, pair{"[]", "not a JSON object"}, pair{"{}", "`k`"},
        pair{R"({"k":["a","b"]})", "`v`"}, pair{R"({"k":["a","b"],"v":{"n":-1}})", "`n`"},
        pair{R"({"k":["a","b"],"v":{"n":1,"f":0}})", "`last_run`"},
        pair{R"({"k":["a","b"],"v":{"n":1,"f":0,"last_run":"","ok":[["r",1,-2]],"fail":[]}})",
             "`ok`"},
        pair{R"({"k":["a","b"],"v":{"n":1,"f":0,"last_run":"","ok":[]}})", "`fail`"}}) {
    auto const read = history::parse(text);
    ASSERT_EQ(read.damaged().size(), 1U) << text;
    EXPECT_THAT(read.damaged()[0].why, HasSubstr(why));
  }
}

TEST(History, MergesTheSidesThatAConflictLeft) {
  history ours;
  add_attempt(ours.edit({config_name, "t"}), history_outcome::passed, sample("ours", 1, 1.0), 20);
  history theirs;
  add_attempt(theirs.edit({config_name, "t"}), history_outcome::failed, sample("them", 2, 2.0), 20);

  auto const read =
      history::parse("<<<<<<< a\n" + ours.text() + "=======\n" + theirs.text() + ">>>>>>> b\n");

  auto const* both = read.find({config_name, "t"});
  ASSERT_NE(both, nullptr);
  EXPECT_EQ(both->attempts, 2U);
  EXPECT_EQ(both->failures, 1U);
  EXPECT_EQ(both->last_run, "them");
  EXPECT_EQ(read.damaged().size(), 3U);
}

TEST(History, AcceptsWhatOtherVersionsAdd) {
  auto const read = history::parse(
      R"({"k":["c","t"],"v":{"n":1,"f":0,"last_run":"r","ok":[["r",1,2]],"fail":[],"new":7}})"
      "\r\n");

  ASSERT_NE(read.find({"c", "t"}), nullptr);
  EXPECT_EQ(read.find({"c", "t"})->passed[0].duration, 2.0);
}

TEST(TestHistory, KeepsTheNewestOfEachOutcome) {
  test_history known;
  for (int i = 0; i < 50; ++i) {
    add_attempt(known, i % 5 == 0 ? history_outcome::failed : history_outcome::passed,
                sample("r" + std::to_string(i), i, 1.0), 3);
  }

  EXPECT_EQ(known.attempts, 50U);
  EXPECT_EQ(known.failures, 10U);
  EXPECT_EQ(known.last_run, "r49");
  EXPECT_EQ(known.passed,
            (std::vector{sample("r47", 47, 1.0), sample("r48", 48, 1.0), sample("r49", 49, 1.0)}));
  EXPECT_EQ(known.failed,
            (std::vector{sample("r35", 35, 1.0), sample("r40", 40, 1.0), sample("r45", 45, 1.0)}));
}

TEST(TestHistory, TakesANewAttemptWhoseClockWasPutBack) {
  test_history known;
  add_attempt(known, history_outcome::passed, sample("new", 1000, 1.0), 2);
  add_attempt(known, history_outcome::passed, sample("newer", 2000, 1.0), 2);

  add_attempt(known, history_outcome::passed, sample("late", 10, 1.0), 2);

  EXPECT_TRUE(known.knows_run("late"));
  EXPECT_EQ(known.passed.size(), 2U);
}

}  // namespace
}  // namespace offload
