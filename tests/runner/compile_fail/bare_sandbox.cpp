// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "runner/compile_fail/mistaken_policies.hpp"

// A provider whose `create` cannot fail.
namespace offload::testing {

struct bold_provider : my_provider {
#ifdef SHOULD_FAIL
  my_sandbox create(sandbox_spec const&, std::stop_token) { return {}; }
#endif
};

void start() { runner{bold_provider{}, my_framework{}, my_reporter{}}; }

}  // namespace offload::testing
