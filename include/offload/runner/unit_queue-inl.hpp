// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/runner/unit_queue.hpp>

#include <offload/core/inline.hpp>
#include <offload/core/match.hpp>

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace offload {
namespace unit_queue_detail {

inline test_index index_of(std::size_t place) { return {static_cast<std::uint32_t>(place)}; }

/// The sum; tests of unknown duration count as the mean of the others.
inline std::optional<seconds> expected_sum(std::vector<std::optional<seconds>> const& each) {
  seconds sum{};
  auto known = 0.0;
  for (auto const& one : each) {
    if (!one) { continue; }
    sum += *one;
    ++known;
  }
  if (known == 0) { return std::nullopt; }
  return sum * (static_cast<double>(each.size()) / known);
}

}  // namespace unit_queue_detail

OFFLOAD_INLINE unit_queue::unit_queue(run_host& host, std::function<bool(test_index)> has_passed)
    : host_{host}, has_passed_{std::move(has_passed)} {}

OFFLOAD_INLINE void unit_queue::add_units(std::span<test_case const> tests) {
  std::unordered_map<std::string_view, std::vector<test_index>> by_name;
  for (std::size_t i = 0; i < tests.size(); ++i) {
    auto const& name = tests[i].unit.name;
    if (!name.empty()) { by_name[name].push_back(unit_queue_detail::index_of(i)); }
  }
  for (auto& [name, members] : by_name) {
    if (members.size() < 2 || members.size() > host_.framework.largest_batch) { continue; }
    auto const first = members.front();
    unit whole{.tests = members, .undecided = members.size(), .to_run = members};
    for (auto const test : members) {
      first_of_.emplace(test, first);
      whole.dependent = whole.dependent || tests[test.value].unit.dependent;
    }
    units_.emplace(first, std::move(whole));
  }
}

OFFLOAD_INLINE void unit_queue::open(std::span<test_case const> tests, std::vector<work_item> items,
                                     schedule_limits const& limits) {
  add_units(tests);
  if (units_.empty()) { return host_.open_scheduler(items, limits); }
  std::vector<work_item> merged;
  for (auto const& item : items) {
    auto* const whole = unit_of(item.test);
    if (whole != nullptr && whole->tests.front() != item.test) { continue; }
    merged.push_back(whole == nullptr ? item : item_of(*whole, items));
    auto& after = merged.back().after;
    for (auto& test : after) {
      if (auto const found = first_of_.find(test); found != first_of_.end()) {
        test = found->second;
      }
    }
    std::erase(after, merged.back().test);
  }
  host_.open_scheduler(merged, limits);
}

OFFLOAD_INLINE work_item unit_queue::item_of(unit& whole,
                                             std::vector<work_item> const& items) const {
  auto one = items[whole.tests.front().value];
  std::vector<std::optional<seconds>> durations{one.expected};
  whole.locks.assign(one.locks.begin(), one.locks.end());
  for (auto const test : std::span{whole.tests}.subspan(1)) {
    auto const& other = items[test.value];
    durations.push_back(other.expected);
    one.id_bytes += other.id_bytes;
    one.after.insert(one.after.end(), other.after.begin(), other.after.end());
    whole.locks.insert(whole.locks.end(), other.locks.begin(), other.locks.end());
    if (other.together == batching::alone) { one.together = batching::alone; }
    if (other.machine == exclusivity::exclusive) { one.machine = exclusivity::exclusive; }
    one.failure_rate = std::max(one.failure_rate, other.failure_rate);
  }
  std::ranges::sort(whole.locks);
  whole.locks.erase(std::unique(whole.locks.begin(), whole.locks.end()), whole.locks.end());
  one.locks = whole.locks;
  one.expected = unit_queue_detail::expected_sum(durations);
  return one;
}

OFFLOAD_INLINE unit_queue::unit* unit_queue::unit_of(test_index test) {
  auto const first = first_of_.find(test);
  return first == first_of_.end() ? nullptr : &units_.at(first->second);
}

OFFLOAD_INLINE std::vector<test_index> unit_queue::tests_of(std::vector<test_index> items,
                                                            slot_id slot) {
  if (units_.empty()) { return items; }
  std::vector<test_index> tests;
  bool has_unit = false;
  for (auto const item : items) {
    auto* const whole = unit_of(item);
    has_unit = has_unit || whole != nullptr;
    if (whole == nullptr) {
      tests.push_back(item);
    } else if (!whole->is_out) {  // a copy of one that is out would run beside it
      hand_out(*whole, tests);
    }
  }
  if (!has_unit) { return tests; }
  if (!tests.empty()) {
    given_.push_back({slot, std::move(items), tests});
  } else {
    host_.tell_scheduler({.what = schedule_event::ended{items, slot}});
  }
  return tests;
}

OFFLOAD_INLINE bool unit_queue::must_run(unit const& whole, test_index test) const {
  bool const is_due = std::ranges::find(whole.to_run, test) != whole.to_run.end();
  return is_due || (whole.dependent && has_passed_(test));
}

OFFLOAD_INLINE void unit_queue::hand_out(unit& whole, std::vector<test_index>& tests) {
  whole.is_out = true;
  whole.began = false;
  whole.took = {};
  whole.left = whole.to_run.size();
  for (auto const test : whole.tests) {
    if (must_run(whole, test)) { tests.push_back(test); }
  }
  whole.to_run.clear();
}

OFFLOAD_INLINE void unit_queue::run_again(test_index test, slot_id last, batching together) {
  auto* const whole = unit_of(test);
  if (whole == nullptr) { return host_.run_again(test, last, together); }
  bool const is_new = std::ranges::find(whole->to_run, test) == whole->to_run.end();
  if (is_new) { whole->to_run.push_back(test); }
  bool const alone =
      together == batching::alone || (whole->next && whole->next->together == batching::alone);
  whole->next = {last, alone ? batching::alone : batching::shared};
  if (!whole->is_out) { put_back(*whole); }
}

OFFLOAD_INLINE void unit_queue::put_back(unit& whole) {
  auto const again = *std::exchange(whole.next, std::nullopt);
  host_.run_again(whole.tests.front(), again.last, again.together);
}

OFFLOAD_INLINE void unit_queue::tell(schedule_event const& event) {
  if (units_.empty()) { return host_.tell_scheduler(event); }
  auto const pass_on = [&](auto one, test_index test) {
    one.test = test;
    host_.tell_scheduler({event.at, one});
  };
  match(
      event,
      [&](schedule_event::tick const& one) {
        host_.tell_scheduler({event.at, one});
      },
      [&](schedule_event::started const& one) {
        auto* const whole = unit_of(one.test);
        if (whole == nullptr) { return pass_on(one, one.test); }
        if (!std::exchange(whole->began, true)) { pass_on(one, whole->tests.front()); }
      },
      [&](schedule_event::finished one) {
        auto* const whole = unit_of(one.test);
        if (whole == nullptr) { return pass_on(one, one.test); }
        whole->took += one.took;
        if (whole->left == 0 || --whole->left > 0) { return; }
        one.took = whole->took;
        pass_on(one, whole->tests.front());
      },
      [&](schedule_event::decided const& one) {
        auto* const whole = unit_of(one.test);
        if (whole == nullptr) { return pass_on(one, one.test); }
        if (--whole->undecided == 0) { pass_on(one, whole->tests.front()); }
      },
      [&](schedule_event::ended const& batch) { ended(batch, event.at); });
}

OFFLOAD_INLINE void unit_queue::ended(schedule_event::ended const& batch, seconds at) {
  auto const found = std::ranges::find_if(given_, [&](given_batch const& one) {
    return one.slot == batch.slot && std::ranges::equal(one.tests, batch.tests);
  });
  if (found == given_.end()) { return host_.tell_scheduler({at, batch}); }
  auto const given = std::move(*found);
  given_.erase(found);
  for (auto const item : given.items) {
    auto* const whole = unit_of(item);
    bool const was_here =
        whole != nullptr && std::ranges::any_of(given.tests, [&](test_index test) {
          return first_of_.contains(test) && first_of_.at(test) == item;
        });
    if (!was_here) { continue; }
    whole->is_out = false;
    if (whole->next) { put_back(*whole); }
  }
  host_.tell_scheduler({at, schedule_event::ended{given.items, given.slot}});
}

}  // namespace offload
