// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/time.hpp>

#include <stop_token>

namespace offload {

/// Waits for this time, or until `stop` is requested. Returns whether the full time has passed.
bool pause(seconds time, std::stop_token stop = {});

}  // namespace offload
