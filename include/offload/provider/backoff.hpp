// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/time.hpp>

#include <algorithm>
#include <cmath>

namespace offload {

/// The waiting time before the next try after `failures` failures (at least 1). It starts at half a
/// second, doubles with each failure up to eight seconds, and is multiplied by a random factor of
/// at least one half, so that callers that failed together do not retry together. `random` is in
/// [0, 1). (Exponential backoff with jitter: M. Brooker, 2015.)
[[nodiscard]] inline seconds backoff(unsigned failures, double random) {
  constexpr double first = 0.5;
  constexpr double longest = 8;
  auto const full = std::min(longest, first * std::exp2(static_cast<double>(failures) - 1));
  return seconds{full * (0.5 + random / 2)};
}

}  // namespace offload
