// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/runner/selection.hpp>

#include <offload/core/inline.hpp>

#include <algorithm>
#include <iterator>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace offload {
namespace selection_detail {

using id_set = std::unordered_set<std::string_view>;

/// The tests to run, and those that they need, and so on.
inline id_set with_needs(std::vector<test_case> const& tests, id_set wanted) {
  std::unordered_map<std::string_view, test_case const*> by_id;
  for (auto const& test : tests) { by_id.emplace(test.id.value, &test); }
  std::vector<std::string_view> open{wanted.begin(), wanted.end()};
  while (!open.empty()) {
    auto const& asked = by_id.at(open.back())->constraints;
    open.pop_back();
    if (!asked) { continue; }
    for (auto const& need : asked->needs) {
      auto const found = by_id.find(need.value);
      if (found != by_id.end() && wanted.insert(found->first).second) {
        open.push_back(found->first);
      }
    }
  }
  return wanted;
}

/// Where a test runs only because others need it, what cleans up after it runs, too.
inline void add_clean_ups(id_set& wanted, std::vector<test_case> const& tests,
                          std::unordered_set<test_id> const& already_passed) {
  for (auto const& test : tests) {
    if (!test.constraints || wanted.contains(test.id.value)) { continue; }
    auto const& needs = test.constraints->needs;
    bool const comes_after = std::ranges::any_of(test.constraints->after, [&](test_id const& id) {
      return already_passed.contains(id) && wanted.contains(id.value) &&
             std::ranges::find(needs, id) == needs.end();
    });
    if (comes_after) { wanted.insert(test.id.value); }
  }
}

/// Tests that depend on each other run together, also those that have passed.
inline void add_units(id_set& wanted, std::vector<test_case> const& tests) {
  std::unordered_set<std::string_view> units;
  for (auto const& test : tests) {
    if (test.unit.dependent && wanted.contains(test.id.value)) { units.insert(test.unit.name); }
  }
  for (auto const& test : tests) {
    if (test.unit.dependent && units.contains(test.unit.name)) { wanted.insert(test.id.value); }
  }
}

inline void leave_out(std::vector<test_case>& tests,
                      std::unordered_set<test_id> const& already_passed) {
  id_set wanted;
  for (auto const& test : tests) {
    if (!already_passed.contains(test.id)) { wanted.insert(test.id.value); }
  }
  for (std::size_t before = 0; before != wanted.size();) {
    before = wanted.size();
    add_units(wanted, tests);
    wanted = with_needs(tests, std::move(wanted));
    add_clean_ups(wanted, tests, already_passed);
  }
  std::vector<test_case> kept;
  std::ranges::copy_if(tests, std::back_inserter(kept),
                       [&](test_case const& test) { return wanted.contains(test.id.value); });
  tests = std::move(kept);
}

}  // namespace selection_detail

OFFLOAD_INLINE std::vector<test_case> tests_to_run(std::vector<test_case> found,
                                                   run_settings const& settings) {
  if (settings.choose) { found = settings.choose(std::move(found)); }
  if (!settings.already_passed.empty()) {
    selection_detail::leave_out(found, settings.already_passed);
  }
  return found;
}

OFFLOAD_INLINE std::unordered_set<test_id> ids_beyond_run(std::span<test_case const> found,
                                                          run_settings const& settings) {
  std::unordered_set<test_id> ids;
  if (!settings.choose && settings.already_passed.empty()) { return ids; }
  for (auto const& test : found) { ids.insert(test.id); }
  return ids;
}

}  // namespace offload
