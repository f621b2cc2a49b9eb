// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <functional>
#include <string_view>

namespace offload {

/// Takes what a preparation has to say, line by line. A line that begins with `[cache] ` or
/// `[prepare] ` is Offload's own; others come from a command.
using preparation_sink = std::function<void(std::string_view line)>;

}  // namespace offload
