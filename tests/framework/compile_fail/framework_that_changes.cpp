// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "framework/archetype.hpp"

#include <offload/framework/concept.hpp>

#include <span>
#include <vector>

// A framework whose `discovery` lacks the const.
namespace offload::testing {

struct my_framework : framework_archetype {
#ifdef SHOULD_FAIL
  result<std::vector<discovery_job>> discovery(std::span<group const> groups,
                                               run_context const& context);
#endif
};

static_assert(Framework<my_framework>);

}  // namespace offload::testing
