// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <string>
#include <string_view>

namespace offload {

/// Appends `text` to what is kept of an output, of which only the end is of interest.
void keep_tail(std::string& kept, std::string_view text);

/// What to show of a listing command that failed: the end of its standard error, or else of its
/// standard output, trimmed.
[[nodiscard]] std::string discovery_detail(std::string_view errors, std::string_view output);

}  // namespace offload
