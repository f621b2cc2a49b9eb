// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/scheduler/divided.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <set>
#include <span>
#include <utility>
#include <vector>

/// What others do, for comparison.
namespace offload::bench {

/// The first so many tests for the first slot, and so on.
struct equal_counts {
  [[nodiscard]] std::vector<std::vector<test_index>> operator()(std::span<work_item const> items,
                                                                std::size_t parts) const {
    std::vector<std::vector<test_index>> divided(parts);
    for (std::size_t i = 0; i < items.size(); ++i) {
      divided[i * parts / items.size()].push_back(items[i].test);
    }
    return divided;
  }
};

/// By a hash of the test.
struct by_hash {
  [[nodiscard]] std::vector<std::vector<test_index>> operator()(std::span<work_item const> items,
                                                                std::size_t parts) const {
    std::vector<std::vector<test_index>> divided(parts);
    for (auto const& item : items) {
      std::uint64_t mixed = item.test.value + 0x9e3779b97f4a7c15;  // splitmix64
      mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
      mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
      divided[(mixed ^ (mixed >> 31)) % parts].push_back(item.test);
    }
    return divided;
  }
};

/// What Offload 0.9 does: LPT, the batches with most to do first; whoever begins a batch puts its
/// halves behind the others as well, and a lone test up to three times. All copies run to their
/// end, unless every test of a batch has its verdict before it is begun.
class split_requeue {
 public:
  void open(std::span<work_item const> items, schedule_limits const& limits) {
    *this = {};
    std::vector<seconds> expected;
    for (auto const& item : items) {
      if (expected.size() <= item.test.value) { expected.resize(item.test.value + 1); }
      expected[item.test.value] = item.expected.value_or(seconds{1});
    }
    decided_.resize(expected.size());
    std::vector<std::pair<seconds, std::vector<test_index>>> batches;
    for (auto& part : lpt_division{}(items, limits.slots)) {
      seconds sum{};
      for (auto const test : part) { sum += expected[test.value]; }
      if (!part.empty()) { batches.emplace_back(sum, std::move(part)); }
    }
    std::ranges::stable_sort(batches,
                             [](auto const& a, auto const& b) { return a.first > b.first; });
    for (auto& [sum, tests] : batches) { queue_.push_back({std::move(tests), 3}); }
    waiting_ = items.size();
  }

  [[nodiscard]] std::vector<test_index> next(slot_id) {
    while (!queue_.empty()) {
      auto const [tests, copies] = std::move(queue_.front());
      queue_.pop_front();
      if (std::ranges::all_of(tests, [&](test_index t) { return decided_[t.value]; })) { continue; }
      if (tests.size() > 1) {
        auto const half = tests.begin() + static_cast<std::ptrdiff_t>(tests.size() / 2);
        queue_.push_back({{tests.begin(), half}, 3});
        queue_.push_back({{half, tests.end()}, 3});
      } else if (copies > 0) {
        queue_.push_back({tests, copies - 1});
      }
      return tests;
    }
    return {};
  }

  void again(test_index test, slot_id, batching) { queue_.push_back({{test}, 3}); }
  void on(schedule_event const& event) {
    match(event, [&](schedule_event::decided const& one) {
      decided_[one.test.value] = true;
      --waiting_;
    });
  }
  [[nodiscard]] std::size_t waiting() const { return waiting_; }

 private:
  struct entry {
    std::vector<test_index> tests;
    unsigned copies;
  };
  std::deque<entry> queue_;
  std::vector<bool> decided_;
  std::size_t waiting_ = 0;
};
static_assert(Scheduler<split_requeue>);

}  // namespace offload::bench
