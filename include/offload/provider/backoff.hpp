// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/time.hpp>

#include <algorithm>
#include <cmath>

namespace offload {

/// How long to wait before the next try after so many failures (1 or more): half a second, doubled
/// with each failure up to eight seconds, and then a random part of that, at least half, so that
/// many who failed together do not try again together. `random` is in [0, 1). (Exponential backoff
/// with jitter: M. Brooker, 2015.)
[[nodiscard]] inline seconds backoff(unsigned failures, double random) {
  constexpr double first = 0.5;
  constexpr double longest = 8;
  auto const full = std::min(longest, first * std::exp2(static_cast<double>(failures) - 1));
  return seconds{full * (0.5 + random / 2)};
}

}  // namespace offload
