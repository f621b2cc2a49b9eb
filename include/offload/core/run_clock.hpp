// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/time.hpp>

#include <chrono>

namespace offload {

/// The start of a run, by the calendar and by the clock of its events. So all its reports show the
/// same time of day for an event, even if they are written again later.
struct run_clock {
  std::chrono::system_clock::time_point started = std::chrono::system_clock::now();
  time_point began = steady_clock::now();

  [[nodiscard]] std::chrono::system_clock::time_point time_of_day(time_point when) const {
    return started + std::chrono::duration_cast<std::chrono::system_clock::duration>(when - began);
  }
};

}  // namespace offload
