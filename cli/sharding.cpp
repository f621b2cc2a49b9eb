// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "sharding.hpp"

#include <offload/scheduler/shard.hpp>

#include <utility>

namespace offload::cli {
namespace {

/// The same tests, with what every machine knows of their durations only.
std::vector<test_case> as_known_everywhere(std::vector<test_case> tests,
                                           known_durations const& in_history) {
  for (auto& test : tests) {
    test.expected.reset();
    auto const found = in_history.find(test.id);
    if (found != in_history.end()) { test.expected = found->second; }
  }
  return tests;
}

}  // namespace

result<test_chooser> chooser_of(std::string const& shard, known_durations in_history) {
  if (shard.empty()) { return test_chooser{}; }
  return parse_shard(shard).map([&](offload::shard which) -> test_chooser {
    return [which, known = std::move(in_history)](std::vector<test_case> tests) {
      std::vector<test_case> mine;
      for (auto const test : tests_of_shard(as_known_everywhere(tests, known), which)) {
        mine.push_back(std::move(tests[test.value]));
      }
      return mine;
    };
  });
}

std::vector<test_case> chosen_tests(listing const& found, std::string const& shard,
                                    known_durations in_history) {
  auto tests = found.tests({});
  auto const chooser = chooser_of(shard, std::move(in_history));
  return chooser && *chooser ? (*chooser)(std::move(tests)) : tests;
}

}  // namespace offload::cli
