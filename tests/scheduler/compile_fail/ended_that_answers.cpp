// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "scheduler/archetype.hpp"

#include <offload/scheduler/concept.hpp>

// A scheduler that wants to be told what has ended, and gives an answer that nobody reads.
namespace offload::testing {

struct my_scheduler : scheduler_archetype {
#ifdef SHOULD_FAIL
  bool ended(std::span<test_index const> tests);
#else
  void ended(std::span<test_index const> tests);
#endif
};

void tell(my_scheduler& s) { tell_ended(s, {}, {}); }

}  // namespace offload::testing
