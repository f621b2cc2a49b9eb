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

OFFLOAD_INLINE void cost_observer::on(run_event const& event) {
  match(
      event, [&](discovery_ended const& found) { note(cost_kind::listing, found.took); },
      [&](sandbox_came_up const& up) {
        note(cost_kind::sandbox_start, up.took);
        places_[up.id.value].free_since = event.at;
      },
      [&](batch_began const& batch) { places_[batch.sandbox.value].given[batch.id] = event.at; },
      [&](attempt_ended const& one) {
        if (one.what.kind == case_kind::test) { note(one.what); }
      },
      [&](batch_ended const& batch) { end_batch(batch, event.at); });
}

OFFLOAD_INLINE void cost_observer::note(attempt const& one) {
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

OFFLOAD_INLINE void cost_observer::end_batch(batch_ended const& batch, time_point now) {
  auto& at = places_[batch.sandbox.value];
  at.given.erase(batch.id);
  at.free_since = now;
  bool const went_well = batch.how == batch_end::success || batch.how == batch_end::failure;
  if (went_well) { return; }
  at.last.reset();
  at.lost_sight = false;
}

}  // namespace offload
