// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/scheduler/unknown_tests.hpp>

#include <offload/core/inline.hpp>
#include <offload/scheduler/reversed_bits.hpp>

#include <algorithm>
#include <bit>

namespace offload {

OFFLOAD_INLINE void unknown_tests::average::add(double by_weight, double took) {
  weight += by_weight;
  sum += by_weight * took;
}

OFFLOAD_INLINE void unknown_tests::open(std::span<found_test const> tests, std::size_t slots) {
  *this = unknown_tests{tuning_};
  count_ = tests.size();
  if (tests.empty()) { return; }
  auto const wanted = slots == 1 ? 1 : tuning_.stretches_per_slot * slots;
  auto const usual = std::max(tests.size() / wanted, tuning_.least_tests);
  for (std::size_t begin = 0; begin < tests.size();) {
    // With the end of a file, if it is near.
    auto end = std::min(begin + usual, tests.size());
    auto const at_most = std::min(begin + tuning_.longest_stretch * usual, tests.size());
    while (end < at_most && !tests[end].file.empty() && tests[end].file == tests[end - 1].file) {
      ++end;
    }
    stretches_.push_back({begin, begin, end});
    begin = end;
  }
  auto const highest = std::ranges::max(tests, {}, &found_test::test).test.value;
  stretch_of_.resize(highest + 1, stretches_.size());
  for (std::size_t which = 0; which < stretches_.size(); ++which) {
    auto const& s = stretches_[which];
    for (auto const& each : tests.subspan(s.begin, s.end - s.begin)) {
      tests_.push_back(each.test);
      stretch_of_[each.test.value] = which;
    }
    by_expected_.emplace(seconds{}, which);
    estimate(which);
  }
  new_ones_ = stretches_.size();
  order_visits();
}

/// The first visits are far apart, and each next one is in the largest gap (van der Corput).
OFFLOAD_INLINE void unknown_tests::order_visits() {
  auto const bits = std::bit_width(stretches_.size() - 1);
  for (std::size_t i = 0; i < std::size_t{1} << bits; ++i) {
    auto const which = reversed_bits(i, static_cast<int>(bits));
    if (which < stretches_.size()) { visits_.push_back(which); }
  }
}

OFFLOAD_INLINE bool unknown_tests::holds(test_index test) const {
  return test.value < stretch_of_.size() && stretch_of_[test.value] < stretches_.size();
}

OFFLOAD_INLINE void unknown_tests::started(test_index test, slot_id slot) {
  if (holds(test)) { running_[slot] = {stretch_of_[test.value], now_}; }
}

OFFLOAD_INLINE void unknown_tests::finished(test_index test, slot_id slot, seconds took) {
  if (!holds(test)) { return; }
  if (auto const found = running_.find(slot); found != running_.end()) {
    if (found->second.noted > 0) { note(found->second.stretch, -1, found->second.noted); }
    running_.erase(found);
  }
  note(stretch_of_[test.value], 1, took.count());
}

OFFLOAD_INLINE double unknown_tests::usual() const {
  return all_.weight > 0 ? all_.sum / all_.weight : tuning_.unknown_duration.count();
}

OFFLOAD_INLINE void unknown_tests::note(std::size_t where, double weight, double took) {
  all_.add(weight, took);
  stretches_[where].seen.add(weight, took);
  auto const [first, last] = neighbours_of(where);
  for (auto near = first; near <= last; ++near) { estimate(near); }
}

OFFLOAD_INLINE std::pair<std::size_t, std::size_t> unknown_tests::neighbours_of(
    std::size_t which) const {
  auto const reach = tuning_.says_of_neighbour.size() - 1;
  return {which - std::min(which, reach), std::min(which + reach, stretches_.size() - 1)};
}

OFFLOAD_INLINE void unknown_tests::estimate(std::size_t which) {
  average near;
  near.add(tuning_.weight_of_run, usual());
  auto const [first, last] = neighbours_of(which);
  for (auto other = first; other <= last; ++other) {
    auto const says = tuning_.says_of_neighbour[other > which ? other - which : which - other];
    near.weight += says * stretches_[other].seen.weight;
    near.sum += says * stretches_[other].seen.sum;
  }
  auto& s = stretches_[which];
  seconds const expected{near.sum / near.weight};
  left_ += (expected - s.expected) * static_cast<double>(s.end - s.next);
  if (by_expected_.erase({s.expected, which}) > 0) { by_expected_.emplace(expected, which); }
  s.expected = expected;
}

/// A test that still runs tells that it takes so long at least.
OFFLOAD_INLINE void unknown_tests::note_late_ones() {
  if (now_ < looked_ + tuning_.between_looks) { return; }
  looked_ = now_;
  for (auto& [slot, test] : running_) {
    auto const whole = tuning_.whole_of_passed * (now_ - test.since).count();
    if (whole < usual() || whole < tuning_.worth_noting * test.noted) { continue; }
    if (test.noted > 0) { note(test.stretch, -1, test.noted); }
    test.noted = whole;
    note(test.stretch, 1, whole);
  }
}

OFFLOAD_INLINE std::size_t unknown_tests::next_in_turn() {
  while (true) {
    if (visited_ == visits_.size()) {
      std::erase_if(visits_, [this](std::size_t which) { return is_empty(which); });
      visited_ = 0;
    }
    auto const which = visits_[visited_++];
    if (!is_empty(which)) { return which; }
  }
}

OFFLOAD_INLINE std::size_t unknown_tests::choose() {
  if (new_ones_ > 0) { return next_in_turn(); }
  by_length_ = !by_length_;
  if (!by_length_) { return next_in_turn(); }
  note_late_ones();
  return by_expected_.rbegin()->second;
}

OFFLOAD_INLINE bool unknown_tests::is_new(std::size_t which) const {
  return stretches_[which].next == stretches_[which].begin;
}

OFFLOAD_INLINE bool unknown_tests::is_empty(std::size_t which) const {
  return stretches_[which].next == stretches_[which].end;
}

OFFLOAD_INLINE test_index unknown_tests::first(std::size_t which) const {
  return tests_[stretches_[which].next];
}

OFFLOAD_INLINE void unknown_tests::take_first(std::size_t which) {
  if (is_new(which)) { --new_ones_; }
  auto& s = stretches_[which];
  ++s.next;
  --count_;
  left_ -= s.expected;
  if (is_empty(which)) { by_expected_.erase({s.expected, which}); }
}

}  // namespace offload
