// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/time.hpp>

/// How long providers wait for what takes a moment where all is well.
namespace offload {

inline constexpr seconds longest_set_up{120};
inline constexpr seconds longest_destruction{60};

}  // namespace offload
