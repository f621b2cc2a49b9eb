// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <string>
#include <string_view>

namespace offload {

/// Appends `text` to `kept`, which keeps only the last 16 to 32 KiB of an output.
void keep_tail(std::string& kept, std::string_view text);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/core/keep_tail-inl.hpp>
#endif
