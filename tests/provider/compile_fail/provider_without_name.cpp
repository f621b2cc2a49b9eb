// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "provider/archetype.hpp"

#include <offload/provider/concept.hpp>

#include <string_view>

// A provider that offload.toml has no name for.
namespace offload::testing {

struct my_provider {
#ifndef SHOULD_FAIL
  static constexpr std::string_view name = "mine";
#endif
  result<sandbox_archetype> create(sandbox_spec const& spec, std::stop_token stop);
};

static_assert(Provider<my_provider>);

}  // namespace offload::testing
