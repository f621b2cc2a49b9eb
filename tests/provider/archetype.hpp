// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include "core/archetype.hpp"

#include <offload/provider/concept.hpp>

#include <stop_token>
#include <string>
#include <string_view>

namespace offload::testing {

struct sandbox_archetype {
  sandbox_archetype() = delete;
  sandbox_archetype(sandbox_archetype&&) noexcept;
  sandbox_archetype& operator=(sandbox_archetype&&) noexcept;
  ~sandbox_archetype();

  sandbox_id id();
  std::string files();
  result<execution_archetype> start(command const& what, input with);
};

/// Cannot even be moved: whoever uses a provider keeps it where it is.
struct provider_archetype {
  static constexpr std::string_view name = "archetype";

  provider_archetype() = delete;
  provider_archetype(provider_archetype const&) = delete;
  provider_archetype& operator=(provider_archetype const&) = delete;
  ~provider_archetype();

  result<sandbox_archetype> create(sandbox_spec const& spec, std::stop_token stop);
};

}  // namespace offload::testing
