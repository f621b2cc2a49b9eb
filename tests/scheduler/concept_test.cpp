// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "scheduler/archetype.hpp"

#include <offload/scheduler/concept.hpp>

#include <optional>
#include <string>

// Compiled, never linked: the archetype is enough, and each clause of the concept is needed.
namespace offload::testing {

static_assert(Scheduler<scheduler_archetype>);

struct pinned_scheduler : scheduler_archetype {
  pinned_scheduler(pinned_scheduler&&) = delete;
  pinned_scheduler& operator=(pinned_scheduler&&) = delete;
};
static_assert(!Scheduler<pinned_scheduler>);

struct scheduler_without_limits : scheduler_archetype {
  void open(std::span<work_item const> items);
};
static_assert(!Scheduler<scheduler_without_limits>);

struct scheduler_that_may_refuse : scheduler_archetype {
  bool open(std::span<work_item const> items, schedule_limits const& limits);
};
static_assert(!Scheduler<scheduler_that_may_refuse>);

struct scheduler_of_single_tests : scheduler_archetype {
  std::optional<test_index> next(slot_id slot);
};
static_assert(!Scheduler<scheduler_of_single_tests>);

struct scheduler_that_forgets_the_slot : scheduler_archetype {
  void again(test_index test, slot_id last);
};
static_assert(!Scheduler<scheduler_that_forgets_the_slot>);

struct scheduler_that_answers_again : scheduler_archetype {
  bool again(test_index test, slot_id last, batching together);
};
static_assert(!Scheduler<scheduler_that_answers_again>);

struct scheduler_that_changes_events : scheduler_archetype {
  void on(schedule_event& event);
};
static_assert(!Scheduler<scheduler_that_changes_events>);

struct scheduler_that_answers_events : scheduler_archetype {
  bool on(schedule_event const& event);
};
static_assert(!Scheduler<scheduler_that_answers_events>);

struct scheduler_that_does_not_count : scheduler_archetype {
  std::string waiting();
};
static_assert(!Scheduler<scheduler_that_does_not_count>);

}  // namespace offload::testing
