// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/run_event.hpp>
#include <offload/core/time.hpp>
#include <offload/history/fixed_costs.hpp>

#include <array>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace offload {

/// Measures the costs of a run besides its tests, from its events. Idle time of a sandbox is not a
/// cost, nor is the time after a batch that did not end normally.
class cost_observer {
 public:
  void on(run_event const& event);

  [[nodiscard]] std::vector<seconds> const& seen(cost_kind kind) const {
    return seen_[static_cast<std::size_t>(kind)];
  }

 private:
  /// The last test that a sandbox has run, while its worker keeps running.
  struct last_test {
    batch_id batch{};
    std::string file{};
    time_point ended{};
  };
  struct place {
    time_point free_since{};
    std::optional<last_test> last{};
    bool lost_sight = false;  ///< whether the running test is unknown, until the next test
    std::map<batch_id, time_point> given{};  ///< batches that have not ended
  };

  void note(cost_kind kind, seconds took);
  void note(attempt const& one);
  void end_batch(batch_ended const& batch, time_point now);

  std::map<std::string, place> places_;  ///< by sandbox
  std::array<std::vector<seconds>, all_cost_kinds.size()> seen_;
};

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/history/cost_observer-inl.hpp>
#endif
