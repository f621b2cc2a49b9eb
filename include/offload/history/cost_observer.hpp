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

/// Sees in the events of a run what it costs besides its tests. The time that a sandbox has nothing
/// to do is no cost, and neither is what follows when a batch did not end well.
class cost_observer {
 public:
  void on(run_event const& event);

  [[nodiscard]] std::vector<seconds> const& seen(cost_kind kind) const {
    return seen_[static_cast<std::size_t>(kind)];
  }

 private:
  /// The last test that a sandbox has run, while its worker goes on.
  struct last_test {
    batch_id batch{};
    std::string file{};
    time_point ended{};
  };
  struct place {
    time_point free_since{};
    std::optional<last_test> last{};
    bool lost_sight = false;                 ///< of what runs there, until the next test
    std::map<batch_id, time_point> given{};  ///< batches that are not over yet
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
