// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/hidden.hpp>
#include <offload/scheduler/concept.hpp>
#include <offload/scheduler/estimates_tuning.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace offload {

class duration_estimates;

/// Whether idle slots run speculative copies of tests that are late elsewhere.
enum class hedging { off, on };

/// The constants of `hedged`. "Longer" and "shorter" is the makespan in simulated runs
/// of real suites, by `./dev bench tuning`.
struct hedged_tuning {
  /// A copy must save this fraction of its average cost. It is small, as the slot would be idle
  /// otherwise. Measured: with a half, runs in 128 slots take 4 % longer (decision 0015).
  double fair_part_of_known = 0.15;
  /// The same for a test that no earlier run knows: its copy is worth its cost only if the slot is
  /// a straggler. Measured: up to 5 % longer with 0.2, and no shorter with less.
  double fair_part_of_unknown = 0.05;
  /// A copy must save at least this time, as handing it out has a cost. By hand: a quarter and four
  /// times as much give the same results.
  seconds least_saving{0.02};
  /// Tests are copied from slots that end after this part of the time that the last one still
  /// takes, as nobody waits for the others. Measured: up to 1 % longer with 0.6, and no shorter
  /// with less.
  double among_the_last = 0.3;
  /// The most slots that run the same test at once. Measured: with 4, up to 2 % shorter for 1 %
  /// more machine time; with 8, up to 6 % for 4 %.
  unsigned most_places = 2;
  estimates_tuning estimates{};
};

/// Tracks which test runs in which slot, and for which tests a speculative copy elsewhere is worth
/// its cost.
///
/// A test that has run for longer than it should may be in a slow place, or may just be long this
/// time. How long it still takes is a mixture of both cases: durations scatter log-normally around
/// what is expected, and a few places are several times slower than the rest (stragglers: Dean and
/// Barroso, The Tail at Scale, 2013). A copy is worth it when the time that it saves on average is
/// a fair part of the time that it takes, and when the test is among those that the run waits for.
/// Tests that wait in a batch behind one that is late are copied by the same measure.
class straggler_tracker {
 public:
  explicit straggler_tracker(hedged_tuning const& tuning = {});

  void open(std::span<work_item const> items, schedule_limits const& limits);
  void handed_out(std::span<test_index const> tests, slot_id slot);
  void on(schedule_event const& event);

  /// Tests to run in this idle slot as well; nothing when none is worth it.
  [[nodiscard]] std::vector<test_index> copies_for(slot_id slot);
  [[nodiscard]] duration_estimates const& estimates() const;

 private:
  class parts;
  hidden<parts> parts_;
};

/// A scheduler that gives an idle slot a copy of a test that is late elsewhere, when `S` has
/// nothing for it. The first result is the one that counts. It does so where the limits of the run
/// allow copies.
template <Scheduler S>
class hedged {
 public:
  hedged()
    requires std::default_initializable<S>
  = default;
  explicit hedged(S scheduler, hedging wanted = hedging::on, hedged_tuning const& tuning = {})
      : scheduler_{std::move(scheduler)}, wanted_{wanted}, tuning_{tuning} {}

  void open(std::span<work_item const> items, schedule_limits const& limits) {
    scheduler_.open(items, limits);
    tracker_.reset();
    if (wanted_ == hedging::off || limits.copies == test_copies::forbidden) { return; }
    tracker_.emplace(tuning_).open(items, limits);
  }

  [[nodiscard]] std::vector<test_index> next(slot_id slot) {
    auto tests = scheduler_.next(slot);
    if (!tracker_) { return tests; }
    if (tests.empty() && scheduler_.waiting() == 0) { tests = tracker_->copies_for(slot); }
    if (!tests.empty()) { tracker_->handed_out(tests, slot); }
    return tests;
  }

  void again(test_index test, slot_id last, batching together) {
    scheduler_.again(test, last, together);
  }
  [[nodiscard]] std::size_t waiting() const { return scheduler_.waiting(); }

  void on(schedule_event const& event) {
    scheduler_.on(event);
    if (tracker_) { tracker_->on(event); }
  }

 private:
  S scheduler_{};
  hedging wanted_ = hedging::on;
  hedged_tuning tuning_{};
  std::optional<straggler_tracker> tracker_{};  ///< nothing in a run without copies
};

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/scheduler/hedged-inl.hpp>
#endif
