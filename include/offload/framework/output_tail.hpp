// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/keep_tail.hpp>

#include <string>
#include <string_view>

namespace offload {

/// The output to show for a failed listing command: the end of its standard error, or of its
/// standard output if that is empty, trimmed.
[[nodiscard]] std::string discovery_detail(std::string_view errors, std::string_view output);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/framework/output_tail-inl.hpp>
#endif
