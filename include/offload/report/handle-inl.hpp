// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/report/handle.hpp>

#include <offload/core/fnv1a.hpp>
#include <offload/core/inline.hpp>

#include <fmt/core.h>

#include <cstdint>

namespace offload {

OFFLOAD_INLINE std::string handle_of(char kind, std::string_view what) {
  auto const hash = fnv1a(what);
  return fmt::format("{}{:08x}", kind, static_cast<std::uint32_t>(hash ^ (hash >> 32U)));
}

}  // namespace offload
