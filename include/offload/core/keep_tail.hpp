// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace offload::text {

/// Appends `text` to `kept`, which keeps only the last `bytes` of an output, or up to twice as
/// many. It never begins inside of a character of UTF-8.
void keep_tail(std::string& kept, std::string_view text,
               std::size_t bytes = std::size_t{16} * 1024);

}  // namespace offload::text

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/core/keep_tail-inl.hpp>
#endif
