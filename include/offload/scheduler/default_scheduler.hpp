// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/scheduler/concept.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace offload {

/// The scheduler of a runner that is given none: `constrained<hedged<pull_scheduler>>`. Free
/// sandboxes pull tests, the longest first; the last tests get copies in sandboxes that would be
/// idle; the constraints of tests hold.
///
/// Its parts are hidden, so that a runner with another scheduler does not compile them.
class default_scheduler {
 public:
  default_scheduler();
  default_scheduler(default_scheduler&&) noexcept;
  default_scheduler& operator=(default_scheduler&&) noexcept;
  ~default_scheduler();

  void open(std::span<work_item const> items, schedule_limits const& limits);
  [[nodiscard]] std::vector<test_index> next(slot_id slot);
  void again(test_index test, slot_id last, batching together);
  [[nodiscard]] std::size_t waiting() const;
  void on(schedule_event const& event);

 private:
  struct parts;
  std::unique_ptr<parts> parts_;
};
static_assert(Scheduler<default_scheduler>);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/scheduler/default_scheduler-inl.hpp>
#endif
