// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "run/sharding.hpp"

#include <utility>

namespace offload::cli {
namespace {

/// The same tests, with what every machine knows of their durations only.
std::vector<test_case> as_known_everywhere(std::vector<test_case> tests,
                                           std::unordered_map<test_id, seconds> const& durations) {
  for (auto& test : tests) {
    auto const known = durations.find(test.id);
    test.expected = known == durations.end() ? std::nullopt : std::optional<seconds>{known->second};
  }
  return tests;
}

}  // namespace

test_chooser chooser_of(std::optional<shard> part, std::unordered_map<test_id, seconds> durations) {
  if (!part) { return {}; }
  return [which = *part, known = std::move(durations)](std::vector<test_case> tests) {
    std::vector<test_case> mine;
    for (auto const test : tests_of_shard(as_known_everywhere(tests, known), which)) {
      mine.push_back(std::move(tests[test.value]));
    }
    return mine;
  };
}

}  // namespace offload::cli
