// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/keep_tail.hpp>

#include <string>
#include <string_view>

namespace offload {

/// What to show of a listing command that failed: the end of its standard error, or else of its
/// standard output, trimmed.
[[nodiscard]] std::string discovery_detail(std::string_view errors, std::string_view output);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/framework/output_tail-inl.hpp>
#endif
