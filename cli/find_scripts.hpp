// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/config.hpp>
#include <offload/core/error.hpp>

namespace offload::cli {

/// Puts the paths of bundled scripts into the commands that refer to them as `@name.ext`, and lays
/// the scripts there.
result<void> find_scripts(config& c);

}  // namespace offload::cli
