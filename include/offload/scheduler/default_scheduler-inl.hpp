// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/scheduler/default_scheduler.hpp>

#include <offload/core/inline.hpp>
#include <offload/scheduler/constrained.hpp>
#include <offload/scheduler/hedged.hpp>
#include <offload/scheduler/pull.hpp>

namespace offload {

struct default_scheduler::parts {
  constrained<hedged<pull_scheduler>> all{};
};

OFFLOAD_INLINE default_scheduler::default_scheduler() : parts_{std::make_unique<parts>()} {}
OFFLOAD_INLINE default_scheduler::default_scheduler(default_scheduler&&) noexcept = default;
OFFLOAD_INLINE default_scheduler& default_scheduler::operator=(default_scheduler&&) noexcept =
    default;
OFFLOAD_INLINE default_scheduler::~default_scheduler() = default;

OFFLOAD_INLINE void default_scheduler::open(std::span<work_item const> items,
                                            schedule_limits const& limits) {
  parts_->all.open(items, limits);
}
OFFLOAD_INLINE std::vector<test_index> default_scheduler::next(slot_id slot) {
  return parts_->all.next(slot);
}
OFFLOAD_INLINE void default_scheduler::again(test_index test, slot_id last, batching together) {
  parts_->all.again(test, last, together);
}
OFFLOAD_INLINE std::size_t default_scheduler::waiting() const { return parts_->all.waiting(); }
OFFLOAD_INLINE void default_scheduler::on(schedule_event const& event) { parts_->all.on(event); }

}  // namespace offload
