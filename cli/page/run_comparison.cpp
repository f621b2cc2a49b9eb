// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "page/run_comparison.hpp"

#include <range/v3/action/sort.hpp>
#include <range/v3/range/conversion.hpp>
#include <range/v3/view/filter.hpp>
#include <range/v3/view/map.hpp>

#include <algorithm>
#include <cstdint>
#include <unordered_set>

namespace offload {
namespace {

/// Where the tests of that change are listed.
std::vector<test_index>& list_of(run_comparison& all, change what) {
  switch (what) {
    case change::newly_failing: return all.newly_failing;
    case change::still_failing: return all.still_failing;
    case change::newly_flaky: return all.newly_flaky;
    default: return all.fixed;
  }
}

void compare_one(run_comparison& all, test_index test, test_result const& before,
                 test_result const& now) {
  if (auto const what = change_of(before.ended, now.ended)) { list_of(all, *what).push_back(test); }
  if (is_much_slower(before, now)) { all.slower.push_back({test, before.longest, now.longest}); }
}

}  // namespace

earlier_results earlier_results_of(run_record const& before) {
  earlier_results all;
  for (auto const& one : before.tests) {
    all.emplace(one.id, test_result{one.ended, one.longest.value_or(seconds{})});
  }
  return all;
}

run_comparison compare(earlier_results const& before, std::span<test_record const> now,
                       run_extent extent) {
  run_comparison all;
  std::unordered_set<test_id> known;
  for (std::uint32_t i = 0; i < now.size(); ++i) {
    known.insert(now[i].test.id);
    auto const found = before.find(now[i].test.id);
    if (found == before.end()) { all.added.push_back({i}); }
    compare_one(all, {i}, found == before.end() ? test_result{} : found->second,
                {now[i].ended, now[i].longest});
  }
  if (extent == run_extent::all_tests) {
    all.gone = before | ranges::views::keys |
               ranges::views::filter([&](test_id const& id) { return !known.contains(id); }) |
               ranges::to<std::vector<test_id>>() | ranges::actions::sort;
  }
  std::ranges::stable_sort(all.slower, [](slower_test const& a, slower_test const& b) {
    return a.now - a.before > b.now - b.before;
  });
  return all;
}

}  // namespace offload
