// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/scheduler/concept.hpp>
#include <offload/scheduler/constrained.hpp>
#include <offload/scheduler/hedged.hpp>
#include <offload/scheduler/pull.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace offload {

/// The constants of a forecast, and those of the scheduler that it simulates.
struct forecast_tuning {
  /// A forecast is the mean of this number of runs. By hand: more take longer than people wait for.
  unsigned runs = 5;
  /// The duration of a test without a known duration, as in `pull_tuning`.
  seconds unknown_duration{1};
  pull_tuning pull{};
  hedged_tuning hedged{};
  constrained_tuning constrained{};
};

/// The expected results of a run with `slots` slots.
struct forecast {
  std::size_t slots = 1;
  seconds makespan{};
  seconds bound{};  ///< no run can be shorter: max(longest, total / slots) and what it needs before
  seconds alive{};  ///< of all sandboxes together
  double use = 0;   ///< which part of that they run tests
};

/// The known facts about the places where tests run.
struct forecast_place {
  seconds start_up{};  ///< until a sandbox that is up runs its first test
  /// Until sandboxes are up: those of a run are spread as these, which are sorted. None: at once.
  std::vector<seconds> sandbox_starts{};
  seconds listing{};     ///< until tests are known; sandboxes may come up meanwhile
  seconds next_batch{};  ///< before a batch's first test; the others as in `simulation`
  seconds next_file{};
  seconds next_test{};
  double scatter = 0.3;  ///< of the logarithm of what a test takes, from run to run
  batch_cost cost = batch_cost::request;
  seconds file_cost{};
  seconds batch_start{};  ///< `schedule_limits::start_up`
  bool hedges = true;     ///< see `hedged`
};

/// A test that takes long enough to decide when a run ends.
struct long_pole {
  test_index test;
  seconds takes{};
  seconds costs{};  ///< by which a run gets shorter if this and the ones before it took no longer
                    ///< than the next
};

/// The sum of what the tests are expected to take, and the longest of them.
struct work_total {
  seconds sum{};
  seconds longest{};
  /// More slots than this cannot make a run shorter.
  [[nodiscard]] double useful_slots() const { return longest > seconds{} ? sum / longest : 0; }
};
[[nodiscard]] work_total total_work(std::span<work_item const> items,
                                    forecast_tuning const& tuning = {});

/// The times when each of `slots` sandboxes is up, sorted.
[[nodiscard]] std::vector<seconds> sandbox_ready_times(std::size_t slots,
                                                       forecast_place const& place);

/// Simulates runs with the scheduler of real runs. Returns the mean of a few runs, in which tests
/// take somewhat more or less than expected. The same items give the same forecast.
[[nodiscard]] forecast forecast_run(std::span<work_item const> items, std::size_t slots,
                                    forecast_place const& place,
                                    forecast_tuning const& tuning = {});

/// The tests that take longer than a slot's share of the work, the longest first.
[[nodiscard]] std::vector<long_pole> long_poles(std::span<work_item const> items, std::size_t slots,
                                                forecast_tuning const& tuning = {});

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/scheduler/forecast-inl.hpp>
#endif
