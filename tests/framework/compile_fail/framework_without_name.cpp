// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "framework/archetype.hpp"

#include <offload/framework/concept.hpp>

#include <span>
#include <string_view>
#include <vector>

// A framework that offload.toml has no name for.
namespace offload::testing {

struct my_framework {
#ifndef SHOULD_FAIL
  static constexpr std::string_view name = "mine";
#endif
  result<std::vector<discovery_job>> discovery(std::span<group const> groups,
                                               run_context const& context) const;
  discovery_reader_archetype discovery_reader(discovery_job const& job) const;
  result<command> run(batch const& tests, run_context const& context) const;
  reader_archetype reader(batch const& tests) const;
  framework_properties properties() const;
};

static_assert(Framework<my_framework>);

}  // namespace offload::testing
