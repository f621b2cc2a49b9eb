// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/scheduler/constrained.hpp>

#include <offload/core/inline.hpp>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <string_view>
#include <utility>

namespace offload {

class constrained_tests::parts {
 public:
  explicit parts(constrained_tuning const& tuning) : tuning_{tuning} {}

  void open(std::span<work_item const> items, schedule_limits const& limits);

  [[nodiscard]] bool holds(test_index test) const { return place_.contains(test); }
  [[nodiscard]] bool empty() const { return tests_.empty(); }
  [[nodiscard]] std::size_t waiting() const { return waiting_; }
  [[nodiscard]] std::optional<seconds> urgency(slot_id slot);
  [[nodiscard]] std::vector<test_index> next(slot_id slot);
  void again(test_index test, slot_id last, batching together);

  [[nodiscard]] bool exclusive_runs() const { return exclusive_runs_; }
  [[nodiscard]] std::vector<work_item> others(std::span<work_item const> items);
  [[nodiscard]] bool goes_first(seconds urgency) const {
    return longest_.empty() || urgency >= longest_.rbegin()->first;
  }
  void others_began(std::span<test_index const> tests);
  void began(test_index first) { ++running_batches_[first]; }
  [[nodiscard]] bool hear(schedule_event const& event);

 private:
  enum class state { waiting, running, decided };
  struct entry {
    test_index index;
    seconds expected{};
    seconds urgency{};
    std::size_t id_bytes{};
    std::vector<std::size_t> locks{};
    std::vector<std::size_t> waited_by{};  ///< places of tests
    std::size_t waits_for = 0;             ///< number of tests that are not decided yet
    exclusivity machine = exclusivity::shared;
    batching together = batching::shared;
    state is = state::waiting;
    std::optional<slot_id> last{};  ///< where it ran before
  };

  [[nodiscard]] seconds expected_of(work_item const& item) const {
    return item.expected.value_or(tuning_.unknown_duration);
  }
  void count_end(test_index first);
  void ended(test_index first);
  void others_ended();
  void decided(test_index test);
  void forget(test_index test) { longest_.erase({expected_[test], test}); }
  void link(std::span<work_item const> items);
  void break_cycles();
  void rank_by_critical_path();
  [[nodiscard]] bool may_run(entry const& t) const;
  [[nodiscard]] entry const* best(slot_id slot);
  [[nodiscard]] bool goes_with(entry const& t, entry const& first, slot_id slot) const;

  constrained_tuning tuning_;
  schedule_limits limits_;
  std::vector<entry> tests_;
  std::map<test_index, std::size_t> place_;
  std::vector<std::size_t> order_;  ///< the most urgent first
  std::vector<bool> lock_is_held_;
  std::size_t waiting_ = 0;
  std::size_t running_ = 0;  ///< batches, of other tests as well
  bool exclusive_runs_ = false;
  bool none_may_run_ = false;  ///< until something ends
  seconds left_{};             ///< expected of what is waiting

  std::map<test_index, unsigned> running_batches_;  ///< of any tests, by their first test
  // Of the other tests. A run without constraints uses none of these.
  std::map<test_index, seconds> expected_;
  std::set<std::pair<seconds, test_index>> longest_;  ///< those that are not handed out yet
};
namespace constrained_detail {

inline bool is_constrained(work_item const& item) {
  return !item.locks.empty() || item.machine == exclusivity::exclusive || !item.after.empty();
}

}  // namespace constrained_detail

OFFLOAD_INLINE void constrained_tests::parts::open(std::span<work_item const> items,
                                                   schedule_limits const& limits) {
  *this = parts{tuning_};
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

OFFLOAD_INLINE void constrained_tests::parts::link(std::span<work_item const> items) {
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
OFFLOAD_INLINE void constrained_tests::parts::break_cycles() {
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
OFFLOAD_INLINE void constrained_tests::parts::rank_by_critical_path() {
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

OFFLOAD_INLINE bool constrained_tests::parts::may_run(entry const& t) const {
  if (t.is != state::waiting || t.waits_for > 0) { return false; }
  if (t.machine == exclusivity::exclusive && running_ > 0) { return false; }
  return std::ranges::none_of(t.locks, [&](std::size_t lock) { return lock_is_held_[lock]; });
}

OFFLOAD_INLINE constrained_tests::parts::entry const* constrained_tests::parts::best(slot_id slot) {
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

OFFLOAD_INLINE std::optional<seconds> constrained_tests::parts::urgency(slot_id slot) {
  auto const* const t = best(slot);
  if (t == nullptr) { return std::nullopt; }
  // Better here again than nowhere, but not sooner.
  if (t->last == slot) { return seconds{}; }
  return t->machine == exclusivity::exclusive ? seconds::max() : t->urgency;
}

OFFLOAD_INLINE bool constrained_tests::parts::goes_with(entry const& t, entry const& first,
                                                        slot_id slot) const {
  bool const alike = t.locks == first.locks && t.machine == first.machine;
  return &t != &first && alike && may_run(t) && t.together == batching::shared && t.last != slot;
}

OFFLOAD_INLINE std::vector<test_index> constrained_tests::parts::next(slot_id slot) {
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

OFFLOAD_INLINE void constrained_tests::parts::again(test_index index, slot_id last,
                                                    batching together) {
  auto& t = tests_[place_.at(index)];
  if (t.is != state::running) { return; }
  t.is = state::waiting;
  t.last = last;
  t.together = together;
  none_may_run_ = false;
  ++waiting_;
  left_ += t.expected;
}

OFFLOAD_INLINE void constrained_tests::parts::ended(test_index first) {
  auto const& t = tests_[place_.at(first)];
  for (auto const lock : t.locks) { lock_is_held_[lock] = false; }
  if (t.machine == exclusivity::exclusive) { exclusive_runs_ = false; }
  others_ended();
}

OFFLOAD_INLINE void constrained_tests::parts::others_ended() {
  --running_;
  none_may_run_ = false;
}

OFFLOAD_INLINE std::vector<work_item> constrained_tests::parts::others(
    std::span<work_item const> items) {
  std::vector<work_item> all;
  for (auto const& item : items) {
    if (holds(item.test)) { continue; }
    all.push_back(item);
    expected_[item.test] = expected_of(item);
    longest_.emplace(expected_[item.test], item.test);
  }
  return all;
}

OFFLOAD_INLINE void constrained_tests::parts::others_began(std::span<test_index const> tests) {
  for (auto const test : tests) { forget(test); }
  ++running_;
}

OFFLOAD_INLINE bool constrained_tests::parts::hear(schedule_event const& event) {
  bool for_others = true;
  match(
      event, [&](schedule_event::started const& one) { for_others = !holds(one.test); },
      [&](schedule_event::finished const& one) { for_others = !holds(one.test); },
      [&](schedule_event::ended const& batch) {
        if (empty() || batch.tests.empty()) { return; }
        count_end(batch.tests.front());
        for_others = !holds(batch.tests.front());
      },
      [&](schedule_event::decided const& one) {
        for_others = !holds(one.test);
        if (!for_others) { return decided(one.test); }
        if (!empty()) { forget(one.test); }
      });
  return for_others;
}

/// Some running tests were not handed out here: a copy of a test may run ahead of its failure.
OFFLOAD_INLINE void constrained_tests::parts::count_end(test_index first) {
  auto const found = running_batches_.find(first);
  if (found == running_batches_.end()) { return; }
  if (--found->second == 0) { running_batches_.erase(found); }
  if (holds(first)) {
    ended(first);
  } else {
    others_ended();
  }
}

OFFLOAD_INLINE void constrained_tests::parts::decided(test_index index) {
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

OFFLOAD_INLINE constrained_tests::constrained_tests(constrained_tuning const& tuning)
    : parts_{std::in_place, tuning} {}

OFFLOAD_INLINE void constrained_tests::open(std::span<work_item const> items,
                                            schedule_limits const& limits) {
  parts_->open(items, limits);
}
OFFLOAD_INLINE bool constrained_tests::holds(test_index test) const { return parts_->holds(test); }
OFFLOAD_INLINE bool constrained_tests::empty() const { return parts_->empty(); }
OFFLOAD_INLINE std::size_t constrained_tests::waiting() const { return parts_->waiting(); }
OFFLOAD_INLINE std::optional<seconds> constrained_tests::urgency(slot_id slot) {
  return parts_->urgency(slot);
}
OFFLOAD_INLINE std::vector<test_index> constrained_tests::next(slot_id slot) {
  return parts_->next(slot);
}
OFFLOAD_INLINE void constrained_tests::again(test_index test, slot_id last, batching together) {
  parts_->again(test, last, together);
}
OFFLOAD_INLINE bool constrained_tests::exclusive_runs() const { return parts_->exclusive_runs(); }
OFFLOAD_INLINE std::vector<work_item> constrained_tests::others(std::span<work_item const> items) {
  return parts_->others(items);
}
OFFLOAD_INLINE bool constrained_tests::goes_first(seconds urgency) const {
  return parts_->goes_first(urgency);
}
OFFLOAD_INLINE void constrained_tests::others_began(std::span<test_index const> tests) {
  parts_->others_began(tests);
}
OFFLOAD_INLINE void constrained_tests::began(test_index first) { parts_->began(first); }
OFFLOAD_INLINE bool constrained_tests::hear(schedule_event const& event) {
  return parts_->hear(event);
}

}  // namespace offload
