// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/hidden.hpp>
#include <offload/scheduler/concept.hpp>

#include <concepts>
#include <cstddef>
#include <optional>
#include <span>
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
  explicit constrained_tests(constrained_tuning const& tuning = {});

  void open(std::span<work_item const> items, schedule_limits const& limits);

  [[nodiscard]] bool holds(test_index test) const;
  [[nodiscard]] bool empty() const;
  [[nodiscard]] std::size_t waiting() const;
  /// The urgency of the test that `next` would hand out; nothing when there is none.
  [[nodiscard]] std::optional<seconds> urgency(slot_id slot);
  [[nodiscard]] std::vector<test_index> next(slot_id slot);
  void again(test_index test, slot_id last, batching together);

  /// Whether an exclusive test runs, so that nothing may be handed out.
  [[nodiscard]] bool exclusive_runs() const;

  /// The tests of the run that it does not hold; called after `open`.
  [[nodiscard]] std::vector<work_item> others(std::span<work_item const> items);
  /// Whether a test of this urgency goes before all others that are left.
  [[nodiscard]] bool goes_first(seconds urgency) const;
  /// A batch of others is handed out.
  void others_began(std::span<test_index const> tests);
  /// A batch of any tests begins.
  void began(test_index first);
  /// Returns whether the event is for the scheduler of the others, too.
  [[nodiscard]] bool hear(schedule_event const& event);

 private:
  class parts;
  hidden<parts> parts_;
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
    if (bound_.empty()) { return free_.open(items, limits); }
    free_.open(bound_.others(items), limits);
  }

  [[nodiscard]] std::vector<test_index> next(slot_id slot) {
    if (bound_.empty()) { return free_.next(slot); }
    auto tests = next_of_both(slot);
    if (!tests.empty()) { bound_.began(tests.front()); }
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
    if (bound_.hear(event)) { free_.on(event); }
  }

 private:
  [[nodiscard]] std::vector<test_index> next_of_both(slot_id slot) {
    if (bound_.exclusive_runs()) { return {}; }
    auto const urgency = bound_.urgency(slot);
    if (urgency && bound_.goes_first(*urgency)) { return bound_.next(slot); }
    auto tests = free_.next(slot);
    if (tests.empty()) { return urgency ? bound_.next(slot) : tests; }
    bound_.others_began(tests);
    return tests;
  }

  S free_;
  constrained_tests bound_;
};

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/scheduler/constrained-inl.hpp>
#endif
