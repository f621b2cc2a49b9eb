// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/history/cost_observer.hpp>

#include <offload/core/inline.hpp>
#include <offload/history/prediction.hpp>

#include <algorithm>
#include <utility>

namespace offload {

OFFLOAD_INLINE void cost_observer::note(cost_kind kind, seconds took) {
  seen_[static_cast<std::size_t>(kind)].push_back(std::max(took, seconds{}));
}

OFFLOAD_INLINE void cost_observer::on(discovery_ended const& event) {
  note(cost_kind::listing, event.took);
}

OFFLOAD_INLINE void cost_observer::on(sandbox_came_up const& event, time_point now) {
  note(cost_kind::sandbox_start, event.took);
  places_[event.id.value].free_since = now;
}

OFFLOAD_INLINE void cost_observer::on(batch_began const& event, time_point now) {
  places_[event.sandbox.value].given[event.id] = now;
}

OFFLOAD_INLINE void cost_observer::on(attempt_ended const& event) {
  auto const& one = event.what;
  auto& at = places_[one.sandbox.value];
  auto const given = at.given.find(one.batch);
  // Of a test whose start nobody has seen, nothing can be told apart.
  if (given == at.given.end() || one.started == one.ended) {
    at.lost_sight = true;
    return;
  }
  auto const file = file_part(one.report.id.value);
  if (std::exchange(at.lost_sight, false)) {
    // Another test may have come before this one.
  } else if (!at.last) {
    note(cost_kind::worker_start, one.started - std::max(at.free_since, given->second));
  } else if (at.last->batch != one.batch) {
    // It may have waited for work since the batch before was over.
    auto const idle = std::max(seconds{}, seconds{given->second - at.free_since});
    note(cost_kind::next_batch, one.started - at.last->ended - idle);
  } else {
    note(at.last->file == file ? cost_kind::next_test : cost_kind::next_file,
         one.started - at.last->ended);
  }
  // By its duration: what it takes besides is a cost, too.
  at.last = last_test{one.batch, std::string{file}, one.started + to_clock(one.report.duration)};
}

OFFLOAD_INLINE void cost_observer::on(batch_ended const& event, time_point now) {
  auto& at = places_[event.sandbox.value];
  at.given.erase(event.id);
  at.free_since = now;
  bool const went_well = event.how == batch_end::success || event.how == batch_end::failure;
  if (went_well) { return; }
  at.last.reset();
  at.lost_sight = false;
}

}  // namespace offload
