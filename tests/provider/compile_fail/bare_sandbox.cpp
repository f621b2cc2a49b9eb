// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "provider/archetype.hpp"

#include <offload/provider/concept.hpp>

// A provider whose `create` returns a sandbox instead of a result<sandbox>.
namespace offload::testing {

struct my_provider : provider_archetype {
#ifdef SHOULD_FAIL
  sandbox_archetype create(sandbox_spec const& spec, std::stop_token stop);
#endif
};

template <Provider P>
void run_on(P& provider);

void use(my_provider& provider) { run_on(provider); }

}  // namespace offload::testing
