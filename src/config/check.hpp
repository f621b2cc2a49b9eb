// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include "document.hpp"

#include <offload/config/config.hpp>
#include <offload/core/error.hpp>

#include <string_view>

namespace offload {

/// Rules that need more than one key, and rules for values that are well-formed but useless.
[[nodiscard]] result<void> check(config const& c, document const& file,
                                 std::string_view working_dir);

}  // namespace offload
