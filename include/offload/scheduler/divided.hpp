// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/hidden.hpp>
#include <offload/scheduler/concept.hpp>

#include <concepts>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace offload {

/// Divides tests among slots before a run: each part holds the tests of one slot, in order.
template <class D>
concept Division = std::default_initializable<D> &&
                   requires(D const& d, std::span<work_item const> items, std::size_t parts) {
                     { d(items, parts) } -> std::same_as<std::vector<std::vector<test_index>>>;
                   };

/// Longest processing time first: the longest test that is left goes to the part with the least to
/// do. The makespan is at most 4/3 - 1/(3m) of the best for m slots (Graham 1969), if durations are
/// right and slots are alike.
struct lpt_division {
  [[nodiscard]] std::vector<std::vector<test_index>> operator()(std::span<work_item const> items,
                                                                std::size_t parts) const;
};
static_assert(Division<lpt_division>);

/// In turn, in order of discovery.
struct round_robin_division {
  [[nodiscard]] std::vector<std::vector<test_index>> operator()(std::span<work_item const> items,
                                                                std::size_t parts) const;
};
static_assert(Division<round_robin_division>);

/// The parts of a run that was divided beforehand. A slot that has done its part goes on with that
/// of a slot that has not come up, and then with what others have not begun.
class divided_tests {
 public:
  divided_tests();

  void open(std::vector<std::vector<test_index>> parts, std::span<work_item const> items,
            schedule_limits const& limits);
  [[nodiscard]] std::vector<test_index> next(slot_id slot);
  void again(test_index test, slot_id last, batching together);
  [[nodiscard]] std::size_t waiting() const;

 private:
  class state;
  hidden<state> state_;
};

/// A scheduler that divides the tests among the slots when the run begins. For comparison, and for
/// those who want the same tests in the same sandbox each time.
template <Division D>
class divided {
 public:
  explicit divided(D division = {}) : division_{std::move(division)} {}

  void open(std::span<work_item const> items, schedule_limits const& limits) {
    tests_.open(division_(items, limits.slots), items, limits);
  }
  [[nodiscard]] std::vector<test_index> next(slot_id slot) { return tests_.next(slot); }
  void again(test_index test, slot_id last, batching together) {
    tests_.again(test, last, together);
  }
  [[nodiscard]] std::size_t waiting() const { return tests_.waiting(); }
  void on(schedule_event const&) {}

 private:
  [[no_unique_address]] D division_;
  divided_tests tests_;
};

using lpt_scheduler = divided<lpt_division>;
static_assert(Scheduler<lpt_scheduler>);
using round_robin_scheduler = divided<round_robin_division>;
static_assert(Scheduler<round_robin_scheduler>);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/scheduler/divided-inl.hpp>
#endif
