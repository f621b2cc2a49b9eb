// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "framework/archetype.hpp"

#include <offload/framework/concept.hpp>

// A framework whose file_cost() returns an int.
namespace offload::testing {

struct my_framework : framework_archetype {
#ifdef SHOULD_FAIL
  int file_cost() const;
#else
  seconds file_cost() const;
#endif
};

void use(my_framework const& framework) { (void)file_cost_of(framework); }

}  // namespace offload::testing
