// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/runner/scheduler_watch.hpp>

#include <offload/core/inline.hpp>

#include <fmt/core.h>

#include <utility>

namespace offload {

OFFLOAD_INLINE scheduler_watch::scheduler_watch(unit_queue& units,
                                                std::function<void(std::string const&)> warn)
    : units_{units}, warn_{std::move(warn)} {}

OFFLOAD_INLINE std::vector<test_index> scheduler_watch::next(slot_id to, std::size_t known,
                                                             std::size_t most) {
  auto tests = units_.next_items(to);
  if (std::erase_if(tests, [&](test_index test) { return test.value >= known; }) > 0) {
    complain("the scheduler handed out a test that there is not");
  }
  if (tests.size() <= most) { return units_.tests_of(std::move(tests), to); }
  complain(fmt::format(
      "the scheduler handed out a batch of more than {}, the most that the framework takes",
      most == 1 ? "one test" : fmt::format("{} tests", most)));
  for (auto i = most; i < tests.size(); ++i) { units_.give_back(tests[i], to); }
  tests.resize(most);
  return units_.tests_of(std::move(tests), to);
}

OFFLOAD_INLINE bool scheduler_watch::has_stalled(bool idle, time_point now, seconds longest) {
  if (!idle) {
    idle_since_.reset();
    return false;
  }
  if (!idle_since_) { idle_since_ = now; }
  return now - *idle_since_ >= longest;
}

OFFLOAD_INLINE void scheduler_watch::complain(std::string const& text) {
  if (complaints_.insert(text).second) { warn_(text); }
}

}  // namespace offload
