// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/config.hpp>
#include <offload/image/image_source.hpp>
#include <offload/runner/image_based.hpp>

#include "run/launch.hpp"

namespace offload::cli {

/// Which images a run of this configuration may start from.
[[nodiscard]] image_request image_request_of(launch const& asked);

/// The parts that its sandboxes need in addition to their image.
[[nodiscard]] image_use image_use_of(launch const& asked);

}  // namespace offload::cli
