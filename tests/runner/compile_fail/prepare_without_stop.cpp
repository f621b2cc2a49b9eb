// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "runner/compile_fail/mistaken_policies.hpp"

// A provider that prepares, with a parameter too few.
namespace offload::testing {

struct preparing_provider : my_provider {
#ifdef SHOULD_FAIL
  result<void> prepare(preparation_sink const&) { return {}; }
#else
  result<void> prepare(preparation_sink const&, std::stop_token) { return {}; }
#endif
};

void start() { runner{preparing_provider{}, my_framework{}}; }

}  // namespace offload::testing
