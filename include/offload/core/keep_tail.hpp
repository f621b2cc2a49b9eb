// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <string>
#include <string_view>

namespace offload {

/// Appends `text` to what is kept of an output, of which only the end is of interest: 16 to 32 KiB.
void keep_tail(std::string& kept, std::string_view text);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/core/keep_tail-inl.hpp>
#endif
