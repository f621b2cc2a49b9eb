// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/runner/work_items.hpp>

#include <offload/core/inline.hpp>

#include <range/v3/range/conversion.hpp>
#include <range/v3/view/enumerate.hpp>
#include <range/v3/view/transform.hpp>

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace offload {
namespace work_items_detail {

/// The length of an id in a command that is quoted three times, by a framework, a provider and its
/// user: each single quote then takes 40 bytes.
inline std::size_t quoted_bytes(std::string_view id) {
  constexpr std::size_t a_quote = 40;
  return id.size() + a_quote * static_cast<std::size_t>(std::ranges::count(id, '\''));
}

inline work_item work_item_of(std::size_t place, test_case const& test) {
  return {.test = {static_cast<std::uint32_t>(place)},
          .id = test.id.value,
          .file = test.place.file,
          .expected = test.expected,
          .together = test.together,
          .id_bytes = quoted_bytes(test.id.value)};
}

using places = std::unordered_map<std::string_view, test_index>;

inline places places_of(std::span<test_case const> tests) {
  places all;
  for (auto const& test : tests) {
    all.emplace(test.id.value, test_index{static_cast<std::uint32_t>(all.size())});
  }
  return all;
}

/// Adds the constraints to the item. It does not wait for tests that are not part of this run.
inline void constrain(work_item& item, test_constraints const& asked, places const& all) {
  item.locks = asked.locks;
  item.machine = asked.machine;
  for (auto const* ids : {&asked.after, &asked.needs}) {
    for (auto const& id : *ids) {
      auto const found = all.find(id.value);
      if (found != all.end() && found->second != item.test) { item.after.push_back(found->second); }
    }
  }
}

}  // namespace work_items_detail

OFFLOAD_INLINE std::vector<work_item> work_items(std::span<test_case const> tests) {
  auto items = ranges::views::enumerate(tests) | ranges::views::transform([](auto const& numbered) {
                 return work_items_detail::work_item_of(numbered.first, numbered.second);
               }) |
               ranges::to<std::vector>();
  auto const is_constrained = [](test_case const& test) { return test.constraints != nullptr; };
  if (std::ranges::any_of(tests, is_constrained)) {
    auto const all = work_items_detail::places_of(tests);
    for (auto& item : items) {
      auto const& asked = tests[item.test.value].constraints;
      if (asked) { work_items_detail::constrain(item, *asked, all); }
    }
  }
  return items;
}

OFFLOAD_INLINE std::vector<work_item> work_items(std::span<test_case const> tests,
                                                 fail_fast early) {
  auto items = work_items(tests);
  if (early == fail_fast::off) { return items; }
  for (auto& item : items) { item.failure_rate = tests[item.test.value].failure_rate; }
  return items;
}

OFFLOAD_INLINE void note_filters(std::span<test_case> tests, std::span<group const> groups) {
  auto const differs = [&](group const& one) { return one.filters != groups.front().filters; };
  if (std::ranges::none_of(groups, differs)) { return; }
  std::unordered_map<std::string_view, std::string_view> of_unit;
  for (auto& test : tests) {
    auto const is_its = [&](group const& one) {
      return !one.filters.empty() && std::ranges::find(test.groups, one.name) != test.groups.end();
    };
    auto const found = std::ranges::find_if(groups, is_its);
    if (found != groups.end()) { test.filters = found->filters; }
    if (test.unit.name.empty()) { continue; }
    test.filters = of_unit.emplace(test.unit.name, test.filters).first->second;
  }
}

OFFLOAD_INLINE std::optional<seconds> expected_sum(std::span<test_case const> tests) {
  if (tests.empty()) { return std::nullopt; }
  seconds sum{};
  for (auto const& test : tests) {
    if (!test.expected) { return std::nullopt; }
    sum += *test.expected;
  }
  return sum;
}

OFFLOAD_INLINE std::size_t retries_ahead(std::span<test_case const> tests) {
  std::size_t sum = 0;
  for (auto const& test : tests) { sum += test.unit.name.empty() ? test.retries : 0; }
  return sum;
}

}  // namespace offload
