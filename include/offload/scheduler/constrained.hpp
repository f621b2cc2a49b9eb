// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/scheduler/concept.hpp>

#include <concepts>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace offload {

/// The constants of `constrained`, by hand, as in `pull_tuning`.
struct constrained_tuning {
  /// The expected duration of a test without a known duration.
  seconds unknown_duration{1};
  /// A batch takes at most 1/(shares * slots) of what is left,
  double shares = 2.5;
  /// or this, because it costs a command.
  seconds shortest_batch{0.02};
};

/// The tests of a run that have constraints, or that other tests wait for.
///
/// Hands them out so that no two holders of a lock run at once, no test runs while an exclusive one
/// does, and a test runs only when the tests that it waits for are decided. The most urgent tests
/// go first. The urgency is the time of a test and of the longest chain that waits for it (critical
/// path), or of all tests that wait for its lock. A cycle of tests that wait for each other is
/// broken at a place that depends on the tests alone.
class constrained_tests {
 public:
  constrained_tests() = default;
  explicit constrained_tests(constrained_tuning const& tuning) : tuning_{tuning} {}

  void open(std::span<work_item const> items, schedule_limits const& limits);

  [[nodiscard]] bool holds(test_index test) const { return place_.contains(test); }
  [[nodiscard]] bool empty() const { return tests_.empty(); }
  [[nodiscard]] seconds expected_of(work_item const& item) const {
    return item.expected.value_or(tuning_.unknown_duration);
  }
  [[nodiscard]] std::size_t waiting() const { return waiting_; }
  /// The urgency of the test that `next` would hand out; nothing when there is none.
  [[nodiscard]] std::optional<seconds> urgency(slot_id slot);
  [[nodiscard]] std::vector<test_index> next(slot_id slot);
  void again(test_index test, slot_id last, batching together);
  void ended(test_index first);
  void decided(test_index test);

  /// Whether an exclusive test runs, so that nothing may be handed out.
  [[nodiscard]] bool exclusive_runs() const { return exclusive_runs_; }
  /// A batch of other tests begins, or ends.
  void others_began() { ++running_; }
  void others_ended();

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
};

/// A scheduler that respects the constraints of tests (see `test_constraints`), where sandboxes
/// share a machine. `S` schedules the tests without constraints, with its limits. The others are
/// handed out as soon as they may run, before tests of `S` that take less time than their urgency.
///
/// A run without constraints is scheduled by `S` alone.
template <Scheduler S>
class constrained {
 public:
  explicit constrained(S scheduler = {}, constrained_tuning const& tuning = {})
      : free_{std::move(scheduler)}, bound_{tuning} {}

  void open(std::span<work_item const> items, schedule_limits const& limits) {
    bound_.open(items, limits);
    longest_.clear();
    running_.clear();
    if (bound_.empty()) { return free_.open(items, limits); }
    std::vector<work_item> others;
    for (auto const& item : items) {
      if (bound_.holds(item.test)) { continue; }
      others.push_back(item);
      expected_[item.test] = bound_.expected_of(item);
      longest_.emplace(expected_[item.test], item.test);
    }
    free_.open(others, limits);
  }

  [[nodiscard]] std::vector<test_index> next(slot_id slot) {
    if (bound_.empty()) { return free_.next(slot); }
    auto tests = next_of_both(slot);
    if (!tests.empty()) { ++running_[tests.front()]; }
    return tests;
  }

  void again(test_index test, slot_id last, batching together) {
    if (bound_.holds(test)) {
      bound_.again(test, last, together);
    } else {
      free_.again(test, last, together);
    }
  }

  [[nodiscard]] std::size_t waiting() const { return bound_.waiting() + free_.waiting(); }

  void on(schedule_event const& event) {
    bool for_free = true;
    match(
        event, [&](schedule_event::started const& one) { for_free = !bound_.holds(one.test); },
        [&](schedule_event::finished const& one) { for_free = !bound_.holds(one.test); },
        [&](schedule_event::ended const& batch) {
          if (bound_.empty() || batch.tests.empty()) { return; }
          count_end(batch.tests.front());
          for_free = !bound_.holds(batch.tests.front());
        },
        [&](schedule_event::decided const& one) {
          for_free = !bound_.holds(one.test);
          if (!for_free) { return bound_.decided(one.test); }
          if (!bound_.empty()) { forget(one.test); }
        });
    if (for_free) { free_.on(event); }
  }

 private:
  [[nodiscard]] std::vector<test_index> next_of_both(slot_id slot) {
    if (bound_.exclusive_runs()) { return {}; }
    auto const urgency = bound_.urgency(slot);
    if (urgency && (longest_.empty() || *urgency >= longest_.rbegin()->first)) {
      return bound_.next(slot);
    }
    auto tests = free_.next(slot);
    if (tests.empty()) { return urgency ? bound_.next(slot) : tests; }
    for (auto const test : tests) { forget(test); }
    bound_.others_began();
    return tests;
  }

  /// Some running tests were not handed out here: a copy of a test may run ahead of its failure.
  void count_end(test_index first) {
    auto const found = running_.find(first);
    if (found == running_.end()) { return; }
    if (--found->second == 0) { running_.erase(found); }
    if (bound_.holds(first)) {
      bound_.ended(first);
    } else {
      bound_.others_ended();
    }
  }

  void forget(test_index test) { longest_.erase({expected_[test], test}); }

  S free_;
  constrained_tests bound_;
  std::map<test_index, unsigned> running_;  ///< batches, by their first test
  std::map<test_index, seconds> expected_;
  /// The tests that `S` has not handed out yet. A run without constraints uses none of these
  /// members.
  std::set<std::pair<seconds, test_index>> longest_;
};

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/scheduler/constrained-inl.hpp>
#endif
