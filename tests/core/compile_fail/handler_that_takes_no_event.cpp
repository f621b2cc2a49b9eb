// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/core/run_event.hpp>

// A handler that wants to change the event that it is told.
namespace offload::testing {

void hear(run_event const& event) {
#ifdef SHOULD_FAIL
  match(event, [](test_decided&) {});
#else
  match(event, [](test_decided const&) {});
#endif
}

}  // namespace offload::testing
