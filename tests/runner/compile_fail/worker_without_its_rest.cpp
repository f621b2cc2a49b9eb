// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "runner/compile_fail/mistaken_policies.hpp"

// A framework with a worker that nobody can ask.
namespace offload::testing {

struct half_framework : my_framework {
#ifdef SHOULD_FAIL
  result<command> worker(run_context const&) const { return command{}; }
#endif
};

void start() { runner{my_provider{}, half_framework{}, my_reporter{}}; }

}  // namespace offload::testing
