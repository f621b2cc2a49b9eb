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
  return last;
}

OFFLOAD_INLINE std::size_t gone_from(std::span<test_record const> tests, last_run const& last) {
  auto const there = std::ranges::count_if(
      tests, [&](test_record const& record) { return last.to_rerun.contains(record.test.id); });
  return last.to_rerun.size() - static_cast<std::size_t>(there);
}

}  // namespace offload
