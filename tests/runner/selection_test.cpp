// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/runner/selection.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace offload {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// A finished listing of these tests, in one group.
listing found(std::vector<test_listed> tests) {
  listing all{{{.name = "all"}}, {{.run = {.argv = {"list"}}, .groups = {0}}}};
  for (auto& test : tests) {
    test.groups = {0};
    all.hear(0, std::move(test));
  }
  all.hear(0, listing_done{});
  (void)all.end(0, std::nullopt);
  return all;
}

test_listed test_of(std::string id, test_constraints asked = {}) {
  return {.id = {std::move(id)},
          .constraints = std::make_shared<test_constraints const>(std::move(asked))};
}

std::vector<std::string> names_of(std::vector<test_case> const& tests) {
  std::vector<std::string> names;
  for (auto const& test : tests) { names.push_back(test.id.value); }
  return names;
}

TEST(TestsToRun, AreAllWithoutAnEarlierRun) {
  EXPECT_THAT(names_of(tests_to_run(found({test_of("a"), test_of("b")}), {})),
              ElementsAre("a", "b"));
}

TEST(TestsToRun, AreNotThoseThatAreSettled) {
  run_settings settings;
  settings.settled = {{"a"}, {"gone"}};

  EXPECT_THAT(names_of(tests_to_run(found({test_of("a"), test_of("b")}), settings)),
              ElementsAre("b"));

  settings.settled.insert({"b"});
  EXPECT_THAT(tests_to_run(found({test_of("a"), test_of("b")}), settings), IsEmpty());
}

TEST(TestsToRun, BringWhatTheyNeedAndWhatCleansUpAfterIt) {
  auto const all = found({test_of("first set-up"), test_of("set-up", {.needs = {{"first set-up"}}}),
                          test_of("user", {.needs = {{"set-up"}}}),
                          test_of("other user", {.after = {{"set-up"}}, .needs = {{"set-up"}}}),
                          test_of("clean-up", {.after = {{"set-up"}, {"user"}}}),
                          test_of("unrelated", {.after = {{"user"}}})});
  run_settings settings;
  settings.settled = {{"first set-up"}, {"set-up"}, {"other user"}, {"clean-up"}, {"unrelated"}};

  EXPECT_THAT(names_of(tests_to_run(all, settings)),
              ElementsAre("first set-up", "set-up", "user", "clean-up"));
}

TEST(TestsToRun, AreExpectedToTakeTheDefaultWhenTheirGroupIsNew) {
  listing all{{{.name = "known"}, {.name = "new"}},
              {{.run = {.argv = {"list"}}, .groups = {0, 1}}}};
  all.hear(0, test_listed{.id = {"a"}, .groups = {0}});
  all.hear(0, test_listed{.id = {"b"}, .groups = {1}});
  run_settings settings;
  settings.default_duration = seconds{7};
  EXPECT_EQ(tests_to_run(all, settings)[1].expected, std::nullopt) << "nothing is known of any";

  settings.durations[{"a"}] = seconds{2};

  EXPECT_EQ(tests_to_run(all, settings)[1].expected, seconds{7});
}

TEST(TestsToRun, AreExpectedToBeLikeTheirFile) {
  auto all = found({{.id = {"slow"}, .place = {"slow.py", 1}},
                    {.id = {"new"}, .place = {"slow.py", 2}},
                    {.id = {"quick"}, .place = {"quick.py", 1}},
                    {.id = {"other"}, .place = {"other.py", 1}}});
  run_settings settings;
  settings.durations = {{{"slow"}, seconds{9}}, {{"quick"}, seconds{1}}};

  auto const tests = tests_to_run(all, settings);

  EXPECT_EQ(tests[1].expected, seconds{9});
  EXPECT_EQ(tests[3].expected, seconds{5}) << "as its group";
}

}  // namespace
}  // namespace offload
