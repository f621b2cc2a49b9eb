// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/run_event.hpp>
#include <offload/core/time.hpp>

namespace offload {

/// Prices of Modal's non-preemptible sandboxes in US dollars (modal.com/pricing, November 2026).
/// docs/modal.md has the same table.
struct modal_prices {
  static constexpr double core_second = 0.00003942;  ///< of a physical core
  static constexpr double gib_second = 0.00000672;   ///< of memory
};

/// The cost of sandboxes of this size with this total lifetime. Modal bills the larger of reserved
/// and used resources; this is the cost of the reserved ones.
[[nodiscard]] constexpr cost_estimate modal_cost(double cores, double gib, seconds alive) {
  auto const cpu_seconds = cores * alive.count();
  return {cpu_seconds * modal_prices::core_second + gib * alive.count() * modal_prices::gib_second,
          cpu_seconds};
}

}  // namespace offload
