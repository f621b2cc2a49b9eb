// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "scheduler/archetype.hpp"

#include <offload/scheduler/concept.hpp>

#include <optional>

// A scheduler whose `next` returns one test instead of a batch.
namespace offload::testing {

struct my_scheduler : scheduler_archetype {
#ifdef SHOULD_FAIL
  std::optional<test_index> next(slot_id slot);
#endif
};

static_assert(Scheduler<my_scheduler>);

}  // namespace offload::testing
