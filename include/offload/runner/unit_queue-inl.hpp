// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/runner/unit_queue.hpp>

#include <offload/core/inline.hpp>
#include <offload/core/match.hpp>

#include <range/v3/algorithm/max.hpp>
#include <range/v3/view/transform.hpp>

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace offload {
namespace unit_queue_detail {

/// The sum; tests of unknown duration count as the mean of the others.
inline std::optional<seconds> estimated_sum(std::vector<std::optional<seconds>> const& each) {
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

OFFLOAD_INLINE unit_queue::unit_queue(run_host& host, std::function<bool(test_index)> ended_well)
    : host_{host}, ended_well_{std::move(ended_well)} {}

OFFLOAD_INLINE std::size_t unit_queue::form(std::span<test_case const> tests) {
  std::unordered_map<std::string_view, unit> by_name;
  std::vector<std::string_view> names;  // in the order of the tests
  for (std::uint32_t i = 0; i < tests.size(); ++i) {
    auto const& in = tests[i].unit;
    if (in.name.empty()) { continue; }
    auto const [at, is_new] = by_name.try_emplace(in.name);
    if (is_new) { names.push_back(in.name); }
    at->second.members.push_back({.test = {i}});
    at->second.dependent = at->second.dependent || in.dependent;
  }
  auto items = tests.size();
  for (auto const name : names) {
    auto& whole = by_name.at(name);
    auto const size = whole.members.size();
    if (size < 2 || size > host_.framework.largest_batch) { continue; }
    whole.undecided = size;
    units_.push_back(std::move(whole));
    items -= size - 1;
  }
  for (auto& whole : units_) {
    for (std::size_t number = 0; number < whole.members.size(); ++number) {
      places_.emplace(whole.members[number].test, place{&whole, number});
    }
  }
  return items;
}

OFFLOAD_INLINE void unit_queue::open(std::vector<work_item> items, schedule_limits limits) {
  if (units_.empty()) { return host_.open_scheduler(items, limits); }
  // To the scheduler a unit is one test.
  auto const largest = ranges::max(
      units_ | ranges::views::transform([](unit const& whole) { return whole.members.size(); }));
  limits.tests_per_batch = std::max<std::size_t>(1, limits.tests_per_batch / largest);
  std::vector<work_item> merged;
  for (auto const& item : items) {
    auto const in = find(item.test);
    if (in && in->number > 0) { continue; }
    merged.push_back(in ? item_of(*in->whole, items) : item);
    auto& after = merged.back().after;
    for (auto& test : after) {
      if (auto const other = find(test)) { test = first_of(*other->whole); }
    }
    std::erase(after, merged.back().test);
  }
  host_.open_scheduler(merged, limits);
}

OFFLOAD_INLINE work_item unit_queue::item_of(unit& whole,
                                             std::vector<work_item> const& items) const {
  auto one = items[first_of(whole).value];
  std::vector<std::optional<seconds>> durations{one.expected};
  whole.locks.assign(one.locks.begin(), one.locks.end());
  for (auto const& each : std::span{whole.members}.subspan(1)) {
    auto const& other = items[each.test.value];
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
  one.expected = unit_queue_detail::estimated_sum(durations);
  one.copies = test_copies::forbidden;
  return one;
}

OFFLOAD_INLINE std::optional<unit_queue::place> unit_queue::find(test_index test) {
  auto const found = places_.find(test);
  return found == places_.end() ? std::nullopt : std::optional{found->second};
}

OFFLOAD_INLINE std::vector<test_index> unit_queue::tests_of(std::vector<test_index> items,
                                                            slot_id slot) {
  if (units_.empty()) { return items; }
  given_batch given{.slot = slot, .items = {}, .units = {}, .tests = {}};
  bool has_unit = false;
  for (auto const item : items) {
    auto const in = find(item);
    has_unit = has_unit || in.has_value();
    if (!in) {
      given.tests.push_back(item);
    } else if (!in->whole->is_out) {  // a copy of one that is out would run beside it
      hand_out(*in->whole, given);
    }
  }
  auto tests = given.tests;
  if (has_unit && tests.empty()) {
    host_.tell_scheduler({now_, schedule_event::ended{items, slot}});
  } else if (has_unit) {
    given.items = std::move(items);
    given_.push_back(std::move(given));
  }
  return tests;
}

OFFLOAD_INLINE void unit_queue::hand_out(unit& whole, given_batch& to) {
  whole.is_queued = false;
  whole.began = false;
  whole.took = {};
  whole.left = 0;
  std::vector<test_index> tests;
  for (auto& each : whole.members) {
    bool const counts = std::exchange(each.is_due, false) && !each.decided;
    if (counts) { ++whole.left; }
    if (counts || (whole.dependent && ended_well_(each.test))) { tests.push_back(each.test); }
  }
  if (whole.left == 0) { return; }
  whole.is_out = true;
  to.units.push_back(&whole);
  to.tests.insert(to.tests.end(), tests.begin(), tests.end());
}

OFFLOAD_INLINE void unit_queue::run_again(test_index test, slot_id last, batching together) {
  auto const in = find(test);
  if (!in) { return host_.run_again(test, last, together); }
  auto& whole = *in->whole;
  whole.members[in->number].is_due = true;
  bool const alone =
      together == batching::alone || (whole.next && whole.next->together == batching::alone);
  whole.next = {last, alone ? batching::alone : batching::shared};
  if (!whole.is_out && !whole.is_queued) { put_back(whole); }
}

OFFLOAD_INLINE void unit_queue::put_back(unit& whole) {
  whole.is_queued = true;
  auto const again = *std::exchange(whole.next, std::nullopt);
  host_.run_again(first_of(whole), again.last, again.together);
}

OFFLOAD_INLINE void unit_queue::tell(schedule_event const& event) {
  now_ = event.at;
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
        auto const in = find(one.test);
        if (!in) { return pass_on(one, one.test); }
        if (!std::exchange(in->whole->began, true)) { pass_on(one, first_of(*in->whole)); }
      },
      [&](schedule_event::finished one) {
        auto const in = find(one.test);
        if (!in) { return pass_on(one, one.test); }
        auto& whole = *in->whole;
        whole.took += one.took;
        if (whole.left == 0 || --whole.left > 0) { return; }
        one.took = whole.took;
        pass_on(one, first_of(whole));
      },
      [&](schedule_event::decided const& one) {
        auto const in = find(one.test);
        if (!in) { return pass_on(one, one.test); }
        in->whole->members[in->number].decided = true;
        if (--in->whole->undecided == 0) { pass_on(one, first_of(*in->whole)); }
      },
      [&](schedule_event::ended const& batch) { ended(batch); });
}

OFFLOAD_INLINE void unit_queue::ended(schedule_event::ended const& batch) {
  auto const found = std::ranges::find_if(given_, [&](given_batch const& one) {
    return one.slot == batch.slot && std::ranges::equal(one.tests, batch.tests);
  });
  if (found == given_.end()) { return host_.tell_scheduler({now_, batch}); }
  auto const given = std::move(*found);
  given_.erase(found);
  for (auto* const whole : given.units) {
    whole->is_out = false;
    if (whole->next) { put_back(*whole); }
  }
  host_.tell_scheduler({now_, schedule_event::ended{given.items, given.slot}});
}

}  // namespace offload
