// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/scheduler/forecast.hpp>

#include <offload/scheduler/constrained.hpp>
#include <offload/scheduler/hedged.hpp>
#include <offload/scheduler/pull.hpp>
#include <offload/scheduler/simulation.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace offload {
namespace {

constexpr unsigned runs = 5;
/// Of the logarithm of what a test takes from run to run; as in estimates.cpp.
constexpr double scatter = 0.3;
constexpr seconds unknown_duration{1};

/// A number from 0 to 1 that is the same each time (splitmix64).
double chance(std::uint64_t a, std::uint64_t b) {
  auto mixed = a * 0x9e3779b97f4a7c15 + b;
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
  mixed ^= mixed >> 31;
  return (static_cast<double>(mixed >> 11) + 0.5) / 9007199254740992.0;
}

/// Log-normal with the mean 1.
double somewhat_more_or_less(std::uint64_t run, std::uint64_t test, std::uint64_t nth) {
  constexpr double turn = 6.283185307179586;
  auto const a = chance(2 * run + 1, test * 16 + nth);
  auto const b = chance(2 * run + 2, test * 16 + nth);
  auto const normal = std::sqrt(-2 * std::log(a)) * std::cos(turn * b);
  return std::exp(scatter * normal - scatter * scatter / 2);
}

seconds expected_of(work_item const& item) { return item.expected.value_or(unknown_duration); }

}  // namespace

work_total total_of(std::span<work_item const> items) {
  work_total total;
  for (auto const& item : items) {
    total.sum += expected_of(item);
    total.longest = std::max(total.longest, expected_of(item));
  }
  return total;
}

forecast forecast_run(std::span<work_item const> items, std::size_t slots,
                      forecast_place const& place) {
  auto const total = total_of(items);
  auto const n = static_cast<double>(slots);
  forecast all{.slots = slots, .bound = std::max(total.longest, total.sum / n) + place.start_up};
  if (items.empty()) { return all; }
  seconds tests{};
  for (unsigned run = 0; run < runs; ++run) {
    simulation const plan{
        .items = items,
        .limits = {.slots = slots, .cost = place.cost, .file_cost = place.file_cost},
        .slots = std::vector<simulated_slot>(slots),
        .worker_start = place.start_up,
        .attempt = [&](test_index test, unsigned nth) {
          auto const& item = items[test.value];
          return simulated_attempt{expected_of(item) * somewhat_more_or_less(run, test.value, nth)};
        }};
    auto const copies = place.copies_late_tests ? hedging::on : hedging::off;
    constrained scheduler{hedged{pull_scheduler{}, copies}};
    auto const done = simulate(scheduler, plan);
    all.makespan += done.makespan / runs;
    tests += (done.busy - done.in_vain - done.starting) / runs;
  }
  all.alive = all.makespan * n;
  all.use = tests / all.alive;
  return all;
}

std::vector<long_pole> long_poles(std::span<work_item const> items, std::size_t slots) {
  auto const share = total_of(items).sum / static_cast<double>(std::max<std::size_t>(1, slots));
  std::vector<long_pole> poles;
  for (auto const& item : items) {
    if (expected_of(item) > share) { poles.push_back({item.test, expected_of(item), {}}); }
  }
  std::ranges::stable_sort(poles, std::greater{}, &long_pole::takes);
  for (std::size_t i = 0; i < poles.size(); ++i) {
    auto const next = i + 1 < poles.size() ? poles[i + 1].takes : share;
    poles[i].costs = poles[i].takes - next;
  }
  return poles;
}

}  // namespace offload
