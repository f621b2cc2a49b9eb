// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/scheduler/forecast.hpp>

#include <offload/core/inline.hpp>
#include <offload/scheduler/constrained.hpp>
#include <offload/scheduler/hedged.hpp>
#include <offload/scheduler/pull.hpp>
#include <offload/scheduler/simulation.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>

namespace offload {
namespace forecast_detail {

/// A number from 0 to 1 that is the same each time (splitmix64).
inline double uniform_number(std::uint64_t a, std::uint64_t b) {
  auto mixed = a * 0x9e3779b97f4a7c15 + b;
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
  mixed ^= mixed >> 31;
  return (static_cast<double>(mixed >> 11) + 0.5) / 9007199254740992.0;
}

/// Log-normal with the mean 1.
inline double lognormal_factor(double scatter, std::uint64_t run, std::uint64_t test,
                               std::uint64_t nth) {
  constexpr double turn = 6.283185307179586;
  auto const a = uniform_number(2 * run + 1, test * 16 + nth);
  auto const b = uniform_number(2 * run + 2, test * 16 + nth);
  auto const normal = std::sqrt(-2 * std::log(a)) * std::cos(turn * b);
  return std::exp(scatter * normal - scatter * scatter / 2);
}

inline seconds expected_of(work_item const& item, forecast_tuning const& tuning) {
  return item.expected.value_or(tuning.unknown_duration);
}

/// The duration that the fraction `part` of all is shorter than. The `sorted` values are the
/// middles of as many equal parts. Values between two of them, and beyond the last, are on a
/// straight line.
inline seconds quantile(std::vector<seconds> const& sorted, double part) {
  if (sorted.size() == 1) { return sorted.front(); }
  auto const at = part * static_cast<double>(sorted.size()) - 0.5;
  auto const last = static_cast<double>(sorted.size() - 2);
  auto const below = static_cast<std::size_t>(std::clamp(std::floor(at), 0.0, last));
  auto const step = sorted[below + 1] - sorted[below];
  return std::max(seconds{}, sorted[below] + (at - static_cast<double>(below)) * step);
}

/// Each of the slots begins when it can; the longest test begins on the first of them.
inline seconds makespan_bound(work_total const& total, std::vector<seconds> const& up,
                              seconds start_up) {
  auto const n = static_cast<double>(up.size());
  auto const mean = std::accumulate(up.begin(), up.end(), seconds{}) / n;
  return std::max(total.longest + up.front(), total.sum / n + mean) + start_up;
}

}  // namespace forecast_detail

OFFLOAD_INLINE std::vector<seconds> sandbox_ready_times(std::size_t slots,
                                                        forecast_place const& place) {
  std::vector<seconds> up(slots, place.listing);
  if (place.sandbox_starts.empty()) { return up; }
  for (std::size_t i = 0; i < slots; ++i) {
    auto const part = (static_cast<double>(i) + 0.5) / static_cast<double>(slots);
    up[i] = std::max(up[i], forecast_detail::quantile(place.sandbox_starts, part));
  }
  return up;
}

OFFLOAD_INLINE work_total total_work(std::span<work_item const> items,
                                     forecast_tuning const& tuning) {
  work_total total;
  for (auto const& item : items) {
    auto const expected = forecast_detail::expected_of(item, tuning);
    total.sum += expected;
    total.longest = std::max(total.longest, expected);
  }
  return total;
}

OFFLOAD_INLINE forecast forecast_run(std::span<work_item const> items, std::size_t slots,
                                     forecast_place const& place, forecast_tuning const& tuning) {
  auto const total = total_work(items, tuning);
  auto const up = sandbox_ready_times(slots, place);
  forecast all{.slots = slots, .bound = forecast_detail::makespan_bound(total, up, place.start_up)};
  if (items.empty()) { return all; }
  std::vector<simulated_slot> places;
  places.reserve(up.size());
  for (auto const after : up) { places.push_back({.up_after = after}); }
  seconds tests{};
  for (unsigned run = 0; run < tuning.runs; ++run) {
    simulation const plan{
        .items = items,
        .limits = {.slots = slots,
                   .cost = place.cost,
                   .start_up = place.batch_start,
                   .file_cost = place.file_cost},
        .slots = places,
        .worker_start = std::max(seconds{}, place.start_up - place.next_batch),
        .hand_out = place.next_batch,
        .next_file = place.next_file,
        .next_test = place.next_test,
        .attempt = [&](test_index test, unsigned nth) {
          return simulated_attempt{
              forecast_detail::expected_of(items[test.value], tuning) *
              forecast_detail::lognormal_factor(place.scatter, run, test.value, nth)};
        }};
    auto const copies = place.hedges ? hedging::on : hedging::off;
    constrained scheduler{hedged{pull_scheduler{tuning.pull}, copies, tuning.hedged},
                          tuning.constrained};
    auto const done = simulate(scheduler, plan);
    all.makespan += done.makespan / tuning.runs;
    tests += (done.busy - done.in_vain - done.starting) / tuning.runs;
  }
  for (auto const after : up) { all.alive += std::max(seconds{}, all.makespan - after); }
  if (all.alive > seconds{}) { all.use = tests / all.alive; }
  return all;
}

OFFLOAD_INLINE std::vector<long_pole> long_poles(std::span<work_item const> items,
                                                 std::size_t slots, forecast_tuning const& tuning) {
  auto const share =
      total_work(items, tuning).sum / static_cast<double>(std::max<std::size_t>(1, slots));
  std::vector<long_pole> poles;
  for (auto const& item : items) {
    auto const expected = forecast_detail::expected_of(item, tuning);
    if (expected > share) { poles.push_back({item.test, expected, {}}); }
  }
  std::ranges::stable_sort(poles, std::greater{}, &long_pole::takes);
  for (std::size_t i = 0; i < poles.size(); ++i) {
    auto const next = i + 1 < poles.size() ? poles[i + 1].takes : share;
    poles[i].costs = poles[i].takes - next;
  }
  return poles;
}

}  // namespace offload
