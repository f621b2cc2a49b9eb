// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/scheduler/concept.hpp>

#include <cstddef>
#include <span>
#include <vector>

namespace offload::testing {

struct scheduler_archetype {
  scheduler_archetype() = delete;
  scheduler_archetype(scheduler_archetype&&) noexcept;
  scheduler_archetype& operator=(scheduler_archetype&&) noexcept;
  ~scheduler_archetype();

  void open(std::span<work_item const> items, schedule_limits const& limits);
  std::vector<test_index> next(slot_id slot);
  void again(test_index test, slot_id last, batching together);
  std::size_t waiting();
  void on(schedule_event const& event);
};

}  // namespace offload::testing
