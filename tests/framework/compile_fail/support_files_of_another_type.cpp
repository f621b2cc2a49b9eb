// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "framework/archetype.hpp"

#include <offload/framework/concept.hpp>

#include <string>
#include <vector>

// A framework whose support_files() returns names: not taken, and not silently left out either.
namespace offload::testing {

struct my_framework : framework_archetype {
#ifdef SHOULD_FAIL
  std::vector<std::string> support_files() const;
#else
  std::vector<support_file> support_files() const;
#endif
};

void use(my_framework const& framework) { (void)support_files_of(framework); }

}  // namespace offload::testing
