// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

// The part of the ledger about attempts that begin before it is known whether they are needed.
#include <offload/runner/ledger.hpp>

#include <offload/core/inline.hpp>

namespace offload {

OFFLOAD_INLINE std::optional<test_index> ledger::speculative_retry_candidate(
    time_point began_by) const {
  open_batch const* best = nullptr;
  auto const tries = [&](open_batch const& in) { return accounts_[in.running->value].in.size(); };
  for (auto const& [id, in] : open_) {
    if (in.tests.size() != 1 || !in.running || in.running_since > began_by) { continue; }
    auto const& record = records_[in.running->value];
    bool const is_unit = !record.test.unit.name.empty();  // it is not to run in two places
    if (is_unit || record.attempts + tries(in) > record.test.retries) { continue; }
    bool const better = best == nullptr || tries(in) < tries(*best) ||
                        (tries(in) == tries(*best) && in.running_since < best->running_since);
    if (better) { best = &in; }
  }
  return best != nullptr ? best->running : std::nullopt;
}

OFFLOAD_INLINE std::size_t ledger::retries_left() const {
  std::size_t sum = 0;
  for (auto const& [id, in] : open_) {
    for (auto const test : in.tests) {
      auto const& counts = accounts_[test.value];
      // One that runs in several batches counts in the first.
      if (counts.decided || counts.in.empty() || counts.in.front() != id) { continue; }
      auto const& record = records_[test.value];
      if (!record.test.unit.name.empty()) { continue; }  // none of its retries begins ahead
      auto const begun = record.attempts + counts.in.size();
      auto const allowed = std::size_t{record.test.retries} + 1;
      sum += allowed > begun ? allowed - begun : 0;
    }
  }
  return sum;
}

}  // namespace offload
