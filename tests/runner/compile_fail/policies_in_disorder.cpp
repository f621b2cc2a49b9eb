// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "runner/compile_fail/mistaken_policies.hpp"

// A scheduler behind a reporter.
namespace offload::testing {

/// Takes events of any kind, as a reporter does.
struct curious_scheduler : my_scheduler {
  void on(auto const&) {}
};

#ifdef SHOULD_FAIL
void start() { runner{my_provider{}, my_framework{}, my_reporter{}, curious_scheduler{}}; }
#else
void start() { runner{my_provider{}, my_framework{}, curious_scheduler{}, my_reporter{}}; }
#endif

}  // namespace offload::testing
