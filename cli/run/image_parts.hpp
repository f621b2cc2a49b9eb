// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/config.hpp>
#include <offload/image/image_source.hpp>
#include <offload/runner/image_based.hpp>

#include "command_line/commands.hpp"

namespace offload::cli {

/// Which images a run of this configuration may start from.
[[nodiscard]] image_request image_request_of(config const& c, run_options const& options);

/// What its sandboxes need besides their image.
[[nodiscard]] image_use image_use_of(config const& c, run_options const& options);

}  // namespace offload::cli
