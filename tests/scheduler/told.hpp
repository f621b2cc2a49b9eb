// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/scheduler/concept.hpp>

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace offload::testing {

/// A scheduler that a test tells what happens, with a clock that the test moves.
template <Scheduler S>
class told : public S {
 public:
  told() = default;
  template <class... Args>
    requires(sizeof...(Args) > 1)
  explicit told(Args&&... args) : S(std::forward<Args>(args)...) {}

  void at(seconds now) {
    now_ = now;
    tell(schedule_event::tick{});
  }
  void started(test_index test, slot_id slot) { tell(schedule_event::started{test, slot}); }
  void finished(test_index test, slot_id slot, seconds took) {
    tell(schedule_event::finished{test, slot, took});
  }
  void ended(std::span<test_index const> tests, slot_id slot) {
    tell(schedule_event::ended{tests, slot});
  }
  void decided(test_index test) { tell(schedule_event::decided{test}); }

 private:
  void tell(schedule_event::kind const& what) { this->on({now_, what}); }

  seconds now_{};
};

[[nodiscard]] inline std::vector<std::uint32_t> values(std::vector<test_index> const& tests) {
  std::vector<std::uint32_t> list;
  for (auto const t : tests) { list.push_back(t.value); }
  return list;
}

}  // namespace offload::testing
