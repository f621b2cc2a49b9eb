// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <cstdint>
#include <string_view>

namespace offload {

/// A hash that is the same on every machine and in every version (Fowler, Noll and Vo, FNV-1a, 64
/// bits): for names, and to detect accidental changes. It does not protect against deliberate ones.
[[nodiscard]] constexpr std::uint64_t fnv1a(std::string_view bytes) {
  std::uint64_t hash = 14695981039346656037U;
  for (char const c : bytes) { hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U; }
  return hash;
}

}  // namespace offload
