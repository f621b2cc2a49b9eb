// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <chrono>

namespace offload {

/// Durations of tests and runs, in fractional seconds.
using seconds = std::chrono::duration<double>;

/// The clock for deadlines and measurements. It never goes back.
using steady_clock = std::chrono::steady_clock;
using time_point = steady_clock::time_point;

/// Converts `d` to the clock's unit, so that it can be added to a `time_point`.
[[nodiscard]] constexpr steady_clock::duration to_clock(seconds d) {
  return std::chrono::duration_cast<steady_clock::duration>(d);
}

}  // namespace offload
