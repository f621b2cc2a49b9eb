// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "framework/archetype.hpp"

#include <offload/core/time.hpp>
#include <offload/framework/concept.hpp>

// A framework whose start_up() returns a number.
namespace offload::testing {

struct my_framework : framework_archetype {
#ifdef SHOULD_FAIL
  double start_up() const;
#else
  seconds start_up() const;
#endif
};

void use(my_framework const& framework) { (void)start_up_of(framework); }

}  // namespace offload::testing
