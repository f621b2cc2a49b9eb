// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "scheduler/archetype.hpp"

#include <offload/scheduler/concept.hpp>

// A scheduler that wants to be told what is decided, and gives an answer that nobody reads.
namespace offload::testing {

struct my_scheduler : scheduler_archetype {
#ifdef SHOULD_FAIL
  bool decided(test_index test);
#else
  void decided(test_index test);
#endif
};

void tell(my_scheduler& s) { tell_decided(s, {}); }

}  // namespace offload::testing
