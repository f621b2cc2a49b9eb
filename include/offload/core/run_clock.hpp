// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/time.hpp>

#include <chrono>

namespace offload {

/// When a run started, by the calendar and by the clock of its events: all its reports give an
/// event the same time of day, also when they are made again later.
struct run_clock {
  std::chrono::system_clock::time_point started = std::chrono::system_clock::now();
  time_point began = steady_clock::now();

  [[nodiscard]] std::chrono::system_clock::time_point time_of_day(time_point when) const {
    return started + std::chrono::duration_cast<std::chrono::system_clock::duration>(when - began);
  }
};

}  // namespace offload
