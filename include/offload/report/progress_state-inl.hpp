// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/report/progress_state.hpp>

#include <offload/core/inline.hpp>

#include <fmt/core.h>

#include <algorithm>

namespace offload {

OFFLOAD_INLINE void progress_state::on(run_event const& event) {
  match(
      event, [&](discovery_began const&) { began = event.at; },
      [&](run_began const& run) { begin(run, event.at); },
      [&](sandbox_came_up const& up) { slots_up.insert(up.slot); },
      [&](sandbox_failed const& failed_one) {
        if (!slots_up.contains(failed_one.slot)) { ++never_up; }
      },
      [&](sandbox_went_down const&) { ++went_down; },
      [&](batch_began const& batch) { open_batches.insert(batch.id); },
      [&](attempt_began const& one) {
        running[{one.test, one.batch}] = {one.id.value, event.at};
      },
      [&](attempt_ended const& one) {
        running.erase({one.what.test, one.what.batch});
      },
      [&](test_decided const& decided) { count(decided.record); },
      [&](batch_ended const& batch) { close(batch.id); });
}

OFFLOAD_INLINE void progress_state::begin(run_began const& run, time_point now) {
  now_in = phase::running;
  if (began == time_point{}) { began = now; }
  tests_began = now;
  total = run.tests.size();
  slots = run.slots;
  expected = run.expected;
}

OFFLOAD_INLINE void progress_state::count(test_record const& record) {
  if (record.test.kind == case_kind::outside) { ++total; }  // nobody knew of it before
  switch (record.ended) {
    case verdict::passed: ++passed; break;
    case verdict::failed: ++failed; break;
    case verdict::flaky: ++flaky; break;
    case verdict::skipped: ++skipped; break;
    case verdict::not_run: ++not_run; break;
  }
  if (record.ended != verdict::not_run) {
    expected_of_finished += record.test.expected.value_or(seconds{});
  }
  if (awaiting() == 0) { now_in = phase::over; }
}

OFFLOAD_INLINE void progress_state::close(batch_id batch) {
  open_batches.erase(batch);
  // A test that began in it and did not end was lost with it.
  std::erase_if(running, [&](auto const& each) { return each.first.batch == batch; });
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
