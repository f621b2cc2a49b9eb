// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "core/archetype.hpp"

#include <offload/core/execution.hpp>

#include <string>

// Compiled, never linked: the archetype is enough, and each clause of the concept is needed.
namespace offload::testing {

static_assert(Execution<execution_archetype>);

struct pinned_execution : execution_archetype {
  pinned_execution(pinned_execution&&) = delete;
  pinned_execution& operator=(pinned_execution&&) = delete;
};
static_assert(!Execution<pinned_execution>);

struct execution_without_deadline : execution_archetype {
  result<command_progress> next(std::stop_token stop);
};
static_assert(!Execution<execution_without_deadline>);

struct execution_with_bare_progress : execution_archetype {
  command_progress next(deadline until, std::stop_token stop);
};
static_assert(!Execution<execution_with_bare_progress>);

struct execution_that_counts_writes : execution_archetype {
  result<std::size_t> write(std::string_view bytes);
};
static_assert(!Execution<execution_that_counts_writes>);

struct execution_that_says_how_input_closed : execution_archetype {
  result<void> close_input();
};
static_assert(!Execution<execution_that_says_how_input_closed>);

struct execution_that_keeps_its_status : execution_archetype {
  void terminate();
};
static_assert(!Execution<execution_that_keeps_its_status>);

}  // namespace offload::testing
