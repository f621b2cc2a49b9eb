// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "runner/compile_fail/mistaken_policies.hpp"

// A reporter that takes one kind of event.
namespace offload::testing {

struct hasty_reporter {
#ifdef SHOULD_FAIL
  void on(test_decided const&) {}
#else
  void on(run_event const&) {}
#endif
};

void start() { runner{my_provider{}, my_framework{}, hasty_reporter{}}; }

}  // namespace offload::testing
