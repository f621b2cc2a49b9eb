// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/scheduler/constrained.hpp>

#include <offload/core/inline.hpp>

#include <algorithm>
#include <numeric>

namespace offload {
namespace constrained_detail {

inline bool is_constrained(work_item const& item) {
  return !item.locks.empty() || item.machine == exclusivity::exclusive || !item.after.empty();
}

}  // namespace constrained_detail

OFFLOAD_INLINE void constrained_tests::open(std::span<work_item const> items,
                                            schedule_limits const& limits) {
  *this = constrained_tests{tuning_};
  limits_ = limits;
  std::set<test_index> ours;
  for (auto const& item : items) {
    if (!constrained_detail::is_constrained(item)) { continue; }
    ours.insert(item.test);
    ours.insert(item.after.begin(), item.after.end());
  }
  if (ours.empty()) { return; }

  std::map<std::string_view, std::size_t> lock_numbers;
  for (auto const& item : items) {
    if (!ours.contains(item.test)) { continue; }
    place_.emplace(item.test, tests_.size());
    auto& t = tests_.emplace_back(entry{.index = item.test,
                                        .expected = expected_of(item),
                                        .id_bytes = item.id_bytes,
                                        .machine = item.machine,
                                        .together = item.together});
    for (auto const& lock : item.locks) {
      t.locks.push_back(lock_numbers.try_emplace(lock, lock_numbers.size()).first->second);
    }
    std::ranges::sort(t.locks);
    t.locks.erase(std::ranges::unique(t.locks).begin(), t.locks.end());
    left_ += t.expected;
  }
  lock_is_held_.resize(lock_numbers.size());
  waiting_ = tests_.size();
  link(items);
  break_cycles();
  rank_by_critical_path();
}

OFFLOAD_INLINE void constrained_tests::link(std::span<work_item const> items) {
  for (auto const& item : items) {
    auto const own = place_.find(item.test);
    if (own == place_.end()) { continue; }
    std::set<test_index> const first{item.after.begin(), item.after.end()};
    for (auto const other : first) {
      auto const found = place_.find(other);
      if (found == place_.end() || found == own) { continue; }
      tests_[found->second].waited_by.push_back(own->second);
      ++tests_[own->second].waits_for;
    }
  }
}

/// Sorts topologically: takes tests away whose turn can come (Kahn, 1962). Where none is left to
/// take, the first of the rest is followed back along what it waits for, until a test comes up
/// twice: that one is in a cycle, and the one that led there no longer waits for it.
OFFLOAD_INLINE void constrained_tests::break_cycles() {
  std::vector<std::vector<std::size_t>> waits(tests_.size());
  for (std::size_t i = 0; i < tests_.size(); ++i) {
    for (auto const later : tests_[i].waited_by) { waits[later].push_back(i); }
  }
  std::vector<std::size_t> missing(tests_.size());
  std::vector<std::size_t> free;
  for (std::size_t i = 0; i < tests_.size(); ++i) {
    missing[i] = tests_[i].waits_for;
    if (missing[i] == 0) { free.push_back(i); }
  }
  std::vector<bool> taken(tests_.size());
  order_.clear();
  auto const let_go = [&](std::size_t later) {
    if (--missing[later] == 0) { free.push_back(later); }
  };
  for (std::size_t first = 0; order_.size() < tests_.size();) {
    if (!free.empty()) {
      auto const i = free.back();
      free.pop_back();
      taken[i] = true;
      order_.push_back(i);
      for (auto const later : tests_[i].waited_by) { let_go(later); }
      continue;
    }
    while (taken[first]) { ++first; }
    std::vector<bool> seen(tests_.size());
    auto at = first;
    auto waiter = first;
    while (!seen[at]) {
      seen[at] = true;
      waiter = at;
      at = *std::ranges::find_if(waits[at], [&](std::size_t i) { return !taken[i]; });
    }
    std::erase(tests_[at].waited_by, waiter);
    std::erase(waits[waiter], at);
    --tests_[waiter].waits_for;
    let_go(waiter);
  }
}

/// Expects `order_` to put every test behind what it waits for, and leaves it by urgency.
OFFLOAD_INLINE void constrained_tests::rank_by_critical_path() {
  std::vector<seconds> lock_load(lock_is_held_.size());
  for (auto it = order_.rbegin(); it != order_.rend(); ++it) {
    auto& t = tests_[*it];
    for (auto const later : t.waited_by) { t.urgency = std::max(t.urgency, tests_[later].urgency); }
    t.urgency += t.expected;
    for (auto const lock : t.locks) { lock_load[lock] += t.expected; }
  }
  for (auto& t : tests_) {
    for (auto const lock : t.locks) { t.urgency = std::max(t.urgency, lock_load[lock]); }
  }
  std::ranges::sort(order_);
  std::ranges::stable_sort(order_, [&](std::size_t a, std::size_t b) {
    auto const& left = tests_[a];
    auto const& right = tests_[b];
    return left.urgency != right.urgency ? left.urgency > right.urgency
                                         : left.expected > right.expected;
  });
}

OFFLOAD_INLINE bool constrained_tests::may_run(entry const& t) const {
  if (t.is != state::waiting || t.waits_for > 0) { return false; }
  if (t.machine == exclusivity::exclusive && running_ > 0) { return false; }
  return std::ranges::none_of(t.locks, [&](std::size_t lock) { return lock_is_held_[lock]; });
}

OFFLOAD_INLINE constrained_tests::entry const* constrained_tests::best(slot_id slot) {
  if (exclusive_runs_ || none_may_run_) { return nullptr; }
  entry const* second_best = nullptr;
  for (auto const i : order_) {
    auto const& t = tests_[i];
    if (!may_run(t)) { continue; }
    bool const elsewhere = t.last != slot;
    // An exclusive test has its turn while nothing runs: later all slots would have to wait for it.
    if (elsewhere && (running_ > 0 || t.machine == exclusivity::exclusive)) { return &t; }
    bool const better = second_best == nullptr || (elsewhere && second_best->last == slot);
    if (better) { second_best = &t; }
  }
  none_may_run_ = second_best == nullptr;
  return second_best;
}

OFFLOAD_INLINE std::optional<seconds> constrained_tests::urgency(slot_id slot) {
  auto const* const t = best(slot);
  if (t == nullptr) { return std::nullopt; }
  // Better here again than nowhere, but not sooner.
  if (t->last == slot) { return seconds{}; }
  return t->machine == exclusivity::exclusive ? seconds::max() : t->urgency;
}

OFFLOAD_INLINE bool constrained_tests::goes_with(entry const& t, entry const& first,
                                                 slot_id slot) const {
  bool const alike = t.locks == first.locks && t.machine == first.machine;
  return &t != &first && alike && may_run(t) && t.together == batching::shared && t.last != slot;
}

OFFLOAD_INLINE std::vector<test_index> constrained_tests::next(slot_id slot) {
  auto const* const first = best(slot);
  if (first == nullptr) { return {}; }
  std::vector<test_index> batch{first->index};
  auto const share =
      left_ / (tuning_.shares * static_cast<double>(std::max<std::size_t>(1, limits_.slots)));
  auto const target = std::max(tuning_.shortest_batch, share);
  auto expected = first->expected;
  auto id_bytes = first->id_bytes;
  bool const alone = first->together == batching::alone;
  for (auto const i : order_) {
    if (alone || batch.size() >= limits_.tests_per_batch || expected >= target) { break; }
    auto const& t = tests_[i];
    bool const fits =
        expected + t.expected <= target && id_bytes + t.id_bytes <= limits_.id_bytes_per_batch;
    if (!fits || !goes_with(t, *first, slot)) { continue; }
    batch.push_back(t.index);
    expected += t.expected;
    id_bytes += t.id_bytes;
  }
  for (auto const lock : first->locks) { lock_is_held_[lock] = true; }
  exclusive_runs_ = first->machine == exclusivity::exclusive;
  ++running_;
  waiting_ -= batch.size();
  left_ -= expected;
  for (auto const index : batch) { tests_[place_.at(index)].is = state::running; }
  return batch;
}

OFFLOAD_INLINE void constrained_tests::again(test_index index, slot_id last, batching together) {
  auto& t = tests_[place_.at(index)];
  if (t.is != state::running) { return; }
  t.is = state::waiting;
  t.last = last;
  t.together = together;
  none_may_run_ = false;
  ++waiting_;
  left_ += t.expected;
}

OFFLOAD_INLINE void constrained_tests::ended(test_index first) {
  auto const& t = tests_[place_.at(first)];
  for (auto const lock : t.locks) { lock_is_held_[lock] = false; }
  if (t.machine == exclusivity::exclusive) { exclusive_runs_ = false; }
  others_ended();
}

OFFLOAD_INLINE void constrained_tests::others_ended() {
  --running_;
  none_may_run_ = false;
}

OFFLOAD_INLINE void constrained_tests::decided(test_index index) {
  auto& t = tests_[place_.at(index)];
  if (t.is == state::decided) { return; }
  if (t.is == state::waiting) {
    --waiting_;
    left_ -= t.expected;
  }
  t.is = state::decided;
  none_may_run_ = false;
  for (auto const later : t.waited_by) { --tests_[later].waits_for; }
}

}  // namespace offload
