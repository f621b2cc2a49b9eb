// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "runner/compile_fail/mistaken_policies.hpp"

// A provider whose sandboxes cannot be moved.
namespace offload::testing {

struct pinned_sandbox : my_sandbox {
#ifdef SHOULD_FAIL
  pinned_sandbox() = default;
  pinned_sandbox(pinned_sandbox const&) = delete;
#endif
};
struct pinned_provider : my_provider {
  result<pinned_sandbox> create(sandbox_spec const&, std::stop_token);
};

void start() { runner{pinned_provider{}, my_framework{}, my_reporter{}}; }

}  // namespace offload::testing
