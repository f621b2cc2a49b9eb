// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/execution.hpp>

#include <stop_token>
#include <string_view>

/// Archetypes: the least type that satisfies a concept. Code that compiles with them asks for
/// nothing more than the concept promises. Their functions are declared and never defined.
namespace offload::testing {

struct execution_archetype {
  execution_archetype() = delete;
  execution_archetype(execution_archetype&&) noexcept;
  execution_archetype& operator=(execution_archetype&&) noexcept;
  ~execution_archetype();

  result<command_progress> next(deadline until, std::stop_token stop);
  result<void> write(std::string_view bytes);
  void close_input();
  exit_status terminate();
};

}  // namespace offload::testing
