// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "runner/compile_fail/mistaken_policies.hpp"

// A framework whose `run` is not const.
namespace offload::testing {

struct changing_framework : my_framework {
#ifdef SHOULD_FAIL
  result<command> run(batch const&, run_context const&) { return command{}; }
#endif
};

void start() { runner{my_provider{}, changing_framework{}, my_reporter{}}; }

}  // namespace offload::testing
