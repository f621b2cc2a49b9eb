// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/report/progress.hpp>

#include <offload/core/inline.hpp>

#include <fmt/core.h>

#include <algorithm>

namespace offload {

OFFLOAD_INLINE void progress_state::on(discovery_began const&, time_point now) { began = now; }

OFFLOAD_INLINE void progress_state::on(run_began const& event, time_point now) {
  now_in = phase::running;
  if (began == time_point{}) { began = now; }
  tests_began = now;
  total = event.tests.size();
  slots = event.slots;
  expected = event.expected;
}

OFFLOAD_INLINE void progress_state::on(sandbox_came_up const& event, time_point) {
  slots_up.insert(event.slot);
}

OFFLOAD_INLINE void progress_state::on(sandbox_failed const& event, time_point) {
  if (!slots_up.contains(event.slot)) { ++never_up; }
}

OFFLOAD_INLINE void progress_state::on(sandbox_went_down const&, time_point) { ++went_down; }

OFFLOAD_INLINE void progress_state::on(batch_began const& event, time_point) {
  open_batches.insert(event.id);
}

OFFLOAD_INLINE void progress_state::on(attempt_began const& event, time_point now) {
  running[{event.test, event.batch}] = {event.id.value, now};
}

OFFLOAD_INLINE void progress_state::on(attempt_ended const& event, time_point) {
  running.erase({event.what.test, event.what.batch});
}

OFFLOAD_INLINE void progress_state::on(test_decided const& event, time_point) {
  switch (event.record.ended) {
    case verdict::passed: ++passed; break;
    case verdict::failed: ++failed; break;
    case verdict::flaky: ++flaky; break;
    case verdict::skipped: ++skipped; break;
    case verdict::not_run: ++not_run; break;
  }
  if (event.record.ended != verdict::not_run) {
    expected_of_finished += event.record.test.expected.value_or(seconds{});
  }
  if (awaiting() == 0) { now_in = phase::over; }
}

OFFLOAD_INLINE void progress_state::on(batch_ended const& event, time_point) {
  open_batches.erase(event.id);
  // A test that began in it and did not end was lost with it.
  std::erase_if(running, [&](auto const& each) { return each.first.batch == event.id; });
}

OFFLOAD_INLINE std::size_t progress_state::awaiting() const {
  return total - std::min(total, finished() + not_run);
}

OFFLOAD_INLINE unsigned progress_state::percent() const {
  return total == 0 ? 0 : static_cast<unsigned>(finished() * 100 / total);
}

OFFLOAD_INLINE std::optional<seconds> progress_state::time_left(time_point now) const {
  constexpr seconds soonest{2};
  constexpr double least_share = 0.03;
  auto const elapsed = seconds{now - tests_began};
  if (now_in != phase::running || total == 0 || elapsed < soonest) { return std::nullopt; }
  auto const share = expected && *expected > seconds{}
                         ? expected_of_finished / *expected
                         : static_cast<double>(finished()) / static_cast<double>(total);
  if (share < least_share) { return std::nullopt; }
  return elapsed * std::max(0.0, 1 - share) / share;
}

OFFLOAD_INLINE std::string progress_line(progress_state const& state) {
  auto line =
      fmt::format("[ci] {}% | passed: {}, failed: {}, flaky: {}, awaiting: {}", state.percent(),
                  state.passed + state.flaky, state.failed, state.flaky, state.awaiting());
  if (state.skipped > 0) { line += fmt::format(", skipped: {}", state.skipped); }
  if (state.not_run > 0) { line += fmt::format(", not run: {}", state.not_run); }
  return line;
}

}  // namespace offload
