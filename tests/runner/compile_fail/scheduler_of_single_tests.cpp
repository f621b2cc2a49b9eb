// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "runner/compile_fail/mistaken_policies.hpp"

// A scheduler whose `next` returns one test.
namespace offload::testing {

struct single_scheduler : my_scheduler {
#ifdef SHOULD_FAIL
  std::optional<test_index> next(slot_id) { return {}; }
#endif
};

void start() { runner{my_provider{}, my_framework{}, single_scheduler{}, my_reporter{}}; }

}  // namespace offload::testing
