// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "provider/archetype.hpp"

#include <offload/provider/concept.hpp>

// A sandbox that holds something which cannot move, as a mutex.
namespace offload::testing {

struct my_sandbox : sandbox_archetype {
#ifdef SHOULD_FAIL
  my_sandbox(my_sandbox&&) = delete;
#endif
};

static_assert(Sandbox<my_sandbox>);

}  // namespace offload::testing
