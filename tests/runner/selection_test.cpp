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

test_case test_of(std::string id, test_constraints asked = {}) {
  return {.id = {std::move(id)},
          .constraints = std::make_shared<test_constraints const>(std::move(asked))};
}

std::vector<std::string> names_of(std::vector<test_case> const& tests) {
  std::vector<std::string> names;
  for (auto const& test : tests) { names.push_back(test.id.value); }
  return names;
}

TEST(TestsToRun, AreAllWithoutAnEarlierRun) {
  EXPECT_THAT(names_of(tests_to_run({test_of("a"), test_of("b")}, {})), ElementsAre("a", "b"));
}

TEST(TestsToRun, AreNotThoseThatHavePassed) {
  run_settings settings;
  settings.already_passed = {{"a"}, {"gone"}};

  EXPECT_THAT(names_of(tests_to_run({test_of("a"), test_of("b")}, settings)), ElementsAre("b"));

  settings.already_passed.insert({"b"});
  EXPECT_THAT(tests_to_run({test_of("a"), test_of("b")}, settings), IsEmpty());
}

TEST(TestsToRun, BringWhatTheyNeedAndWhatCleansUpAfterIt) {
  std::vector<test_case> const all{
      test_of("first set-up"),
      test_of("set-up", {.needs = {{"first set-up"}}}),
      test_of("user", {.needs = {{"set-up"}}}),
      test_of("other user", {.after = {{"set-up"}}, .needs = {{"set-up"}}}),
      test_of("clean-up", {.after = {{"set-up"}, {"user"}}}),
      test_of("unrelated", {.after = {{"user"}}})};
  run_settings settings;
  settings.already_passed = {
      {"first set-up"}, {"set-up"}, {"other user"}, {"clean-up"}, {"unrelated"}};

  EXPECT_THAT(names_of(tests_to_run(all, settings)),
              ElementsAre("first set-up", "set-up", "user", "clean-up"));
}

TEST(TestsToRun, AreThoseThatAreChosen) {
  run_settings settings;
  settings.choose = [](std::vector<test_case> all) {
    all.pop_back();
    return all;
  };

  EXPECT_THAT(names_of(tests_to_run({test_of("a"), test_of("b")}, settings)), ElementsAre("a"));
}

}  // namespace
}  // namespace offload
