// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "framework/archetype.hpp"

#include <offload/framework/concept.hpp>

#include <cstddef>

// A framework whose largest_batch() returns an int.
namespace offload::testing {

struct my_framework : framework_archetype {
#ifdef SHOULD_FAIL
  int largest_batch() const;
#else
  std::size_t largest_batch() const;
#endif
};

void use(my_framework const& framework) { (void)largest_batch_of(framework); }

}  // namespace offload::testing
