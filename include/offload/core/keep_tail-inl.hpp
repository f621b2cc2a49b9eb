// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/keep_tail.hpp>

#include <offload/core/cut_text.hpp>
#include <offload/core/inline.hpp>

namespace offload::text {

OFFLOAD_INLINE void keep_tail(std::string& kept, std::string_view text, std::size_t bytes) {
  kept += text;
  if (kept.size() > 2 * bytes) { kept.erase(0, kept.size() - tail_of(kept, bytes).size()); }
}

}  // namespace offload::text
