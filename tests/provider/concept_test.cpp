// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "provider/archetype.hpp"

#include <offload/provider/concept.hpp>

#include <concepts>

// Compiled, never linked: the archetypes are enough, and each clause of the concepts is needed.
namespace offload::testing {

static_assert(Sandbox<sandbox_archetype>);
static_assert(Provider<provider_archetype>);
static_assert(std::same_as<sandbox_of<provider_archetype>, sandbox_archetype>);
static_assert(std::same_as<execution_of<sandbox_archetype>, execution_archetype>);

// Optional abilities are there only when the type says so.
static_assert(!accepts_input<sandbox_archetype>);
static_assert(!shares_machine<provider_archetype>);

struct sandbox_with_input : sandbox_archetype {
  static constexpr bool accepts_input = true;
};
static_assert(accepts_input<sandbox_with_input>);

struct sandbox_that_denies_input : sandbox_archetype {
  static constexpr bool accepts_input = false;
};
static_assert(!accepts_input<sandbox_that_denies_input>);

struct provider_on_this_machine : provider_archetype {
  static constexpr bool shares_machine = true;
};
static_assert(shares_machine<provider_on_this_machine>);

struct pinned_sandbox : sandbox_archetype {
  pinned_sandbox(pinned_sandbox&&) = delete;
  pinned_sandbox& operator=(pinned_sandbox&&) = delete;
};
static_assert(!Sandbox<pinned_sandbox>);

struct sandbox_with_a_number : sandbox_archetype {
  int id();
};
static_assert(!Sandbox<sandbox_with_a_number>);

struct sandbox_without_folder : sandbox_archetype {
  void files();
};
static_assert(!Sandbox<sandbox_without_folder>);

struct sandbox_that_ignores_input : sandbox_archetype {
  result<execution_archetype> start(command const& what);
};
static_assert(!Sandbox<sandbox_that_ignores_input>);

struct sandbox_that_starts_a_number : sandbox_archetype {
  result<int> start(command const& what, input with);
};
static_assert(!Sandbox<sandbox_that_starts_a_number>);

struct sandbox_with_bare_execution : sandbox_archetype {
  execution_archetype start(command const& what, input with);
};
static_assert(!Sandbox<sandbox_with_bare_execution>);

struct provider_without_name {
  result<sandbox_archetype> create(sandbox_spec const& spec, std::stop_token stop);
};
static_assert(!Provider<provider_without_name>);

struct provider_with_numbered_name : provider_archetype {
  static constexpr int name = 1;
};
static_assert(!Provider<provider_with_numbered_name>);

struct provider_that_cannot_stop : provider_archetype {
  result<sandbox_archetype> create(sandbox_spec const& spec);
};
static_assert(!Provider<provider_that_cannot_stop>);

struct provider_of_bare_sandboxes : provider_archetype {
  sandbox_archetype create(sandbox_spec const& spec, std::stop_token stop);
};
static_assert(!Provider<provider_of_bare_sandboxes>);

struct provider_of_other_errors : provider_archetype {
  tl::expected<sandbox_archetype, std::string> create(sandbox_spec const& spec,
                                                      std::stop_token stop);
};
static_assert(!Provider<provider_of_other_errors>);

struct provider_of_pinned_sandboxes : provider_archetype {
  result<pinned_sandbox> create(sandbox_spec const& spec, std::stop_token stop);
};
static_assert(!Provider<provider_of_pinned_sandboxes>);

}  // namespace offload::testing
