// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <functional>
#include <string_view>

namespace offload {

/// Receives the output of a preparation, line by line. Lines that begin with `[cache] ` or
/// `[prepare] ` come from Offload; others come from a command.
using preparation_sink = std::function<void(std::string_view line)>;

}  // namespace offload
