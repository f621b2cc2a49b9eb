// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/keep_tail.hpp>

#include <offload/core/inline.hpp>

namespace offload {

OFFLOAD_INLINE void keep_tail(std::string& kept, std::string_view text) {
  constexpr std::size_t kept_length = 16 * 1024;
  kept += text;
  if (kept.size() > 2 * kept_length) { kept.erase(0, kept.size() - kept_length); }
}

}  // namespace offload
