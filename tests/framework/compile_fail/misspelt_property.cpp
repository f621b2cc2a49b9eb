// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/framework/concept.hpp>

// A property that does not exist.
namespace offload::testing {

#ifdef SHOULD_FAIL
framework_properties const about{.biggest_batch = 1};
#else
framework_properties const about{.largest_batch = 1};
#endif

}  // namespace offload::testing
