// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <chrono>

namespace offload {

/// Durations of tests and runs, in seconds with fractions.
using seconds = std::chrono::duration<double>;

/// The clock of deadlines and measurements: never set back.
using steady_clock = std::chrono::steady_clock;
using time_point = steady_clock::time_point;

/// `d` as the clock counts it, for adding to a `time_point`.
[[nodiscard]] constexpr steady_clock::duration to_clock(seconds d) {
  return std::chrono::duration_cast<steady_clock::duration>(d);
}

}  // namespace offload
