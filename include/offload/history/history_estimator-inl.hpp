// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/history/history_estimator.hpp>

#include <offload/core/inline.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

namespace offload {
namespace history_estimator_detail {

/// Averages of the durations that are known, by the name of what they are in.
class averages {
 public:
  void add(std::string const& name, seconds duration) {
    auto& [sum, count] = sums_[name];
    sum += duration;
    ++count;
  }
  [[nodiscard]] std::optional<seconds> of(std::string const& name) const {
    auto const found = sums_.find(name);
    if (found == sums_.end()) { return std::nullopt; }
    return found->second.first / static_cast<double>(found->second.second);
  }

 private:
  std::unordered_map<std::string, std::pair<seconds, std::size_t>> sums_;
};

/// The value at `id`, if there is one.
template <class T>
std::optional<T> known_of(std::unordered_map<test_id, T> const& all, test_id const& id) {
  auto const found = all.find(id);
  return found == all.end() ? std::nullopt : std::optional<T>{found->second};
}

/// Expects of tests without a duration what others take that are like them.
class similar_tests {
 public:
  void add(test_case const& test) {
    if (!test.expected) { return; }
    if (!test.place.file.empty()) { files_.add(test.place.file, *test.expected); }
    for (auto const& name : test.groups) { groups_.add(name, *test.expected); }
  }
  [[nodiscard]] std::optional<seconds> duration_of(test_case const& test) const {
    auto found = files_.of(test.place.file);
    for (auto const& name : test.groups) {
      if (!found) { found = groups_.of(name); }
    }
    return found;
  }

 private:
  averages files_;
  averages groups_;
};

}  // namespace history_estimator_detail

OFFLOAD_INLINE void history_estimator::add(run_record const& record) {
  for (auto const& one : record.tests) {
    if (one.longest && !one.id.value.empty()) { durations.try_emplace(one.id, *one.longest); }
  }
}

OFFLOAD_INLINE void history_estimator::estimate(std::span<test_case> tests) const {
  history_estimator_detail::similar_tests similar;
  for (auto& test : tests) {
    test.expected = history_estimator_detail::known_of(durations, test.id);
    test.failure_rate = history_estimator_detail::known_of(failure_rates, test.id);
    similar.add(test);
  }
  bool const any_is_known =
      std::ranges::any_of(tests, [](auto const& test) { return test.expected.has_value(); });
  if (!any_is_known) { return; }
  for (auto& test : tests) {
    if (!test.expected) { test.expected = similar.duration_of(test); }
    if (!test.expected) { test.expected = default_duration; }
  }
}

}  // namespace offload
