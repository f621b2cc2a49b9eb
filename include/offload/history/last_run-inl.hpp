// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/history/last_run.hpp>

#include <offload/core/inline.hpp>

#include <algorithm>
#include <iterator>

namespace offload {
namespace last_run_detail {

inline void add(last_run& to, test_id id, bool again) {
  if (again) {
    to.already_passed.erase(id);
    to.to_rerun.insert(std::move(id));
  } else if (!to.to_rerun.contains(id)) {
    to.already_passed.insert(std::move(id));
  }
}

/// Whether the id of a file, a folder or a suite that is to run again is a prefix of this one:
/// `a.py` of `a.py::test`, `src/a.test.js` of `src/a.test.js > sum`.
inline bool is_below_one(last_run const& last, std::string_view id) {
  constexpr std::string_view separators = ":/ ";
  for (auto end = id.find_first_of(separators); end != id.npos;
       end = id.find_first_of(separators, end + 1)) {
    if (last.to_rerun.contains({std::string{id.substr(0, end)}})) { return true; }
  }
  return false;
}

/// The tests of a file that could not be loaded were not run, whatever older results say.
inline void forget_unloaded(last_run& last) {
  if (last.to_rerun.empty()) { return; }
  std::erase_if(last.already_passed,
                [&](test_id const& id) { return is_below_one(last, id.value); });
}

}  // namespace last_run_detail

OFFLOAD_INLINE last_run last_run_of(run_record const& record) {
  last_run last;
  for (auto const& one : record.tests) {
    bool const passed = one.ended == verdict::passed || one.ended == verdict::skipped;
    if (one.kind == case_kind::outside) {
      last.failed_outside = last.failed_outside || !passed;
    } else {
      last_run_detail::add(last, one.id, !passed);
    }
  }
  if (last.failed_outside) { last.already_passed.clear(); }
  last_run_detail::forget_unloaded(last);
  std::ranges::copy_if(record.tests, std::back_inserter(last.kept), [&](recorded_test const& one) {
    return last.already_passed.contains(one.id);
  });
  return last;
}

OFFLOAD_INLINE last_run last_run_of(history const& all, std::string_view config_path) {
  auto const config = history_key_of(config_path, {}).config;
  last_run last;
  all.each([&](history_key const& key, test_history const& known) {
    if (key.config != config) { return; }
    bool const again = std::ranges::any_of(
        known.failed, [&](history_sample const& one) { return one.run == known.last_run; });
    last_run_detail::add(last, {key.test}, again);
  });
  last_run_detail::forget_unloaded(last);
  return last;
}

OFFLOAD_INLINE std::size_t gone_from(std::span<test_record const> tests, last_run const& last) {
  auto const there = std::ranges::count_if(
      tests, [&](test_record const& record) { return last.to_rerun.contains(record.test.id); });
  return last.to_rerun.size() - static_cast<std::size_t>(there);
}

}  // namespace offload
