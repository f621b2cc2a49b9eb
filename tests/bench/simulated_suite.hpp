// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/scheduler/simulation.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

/// Runs of real suites on simulated machines.
namespace offload::bench {

inline constexpr seconds worker_start{2};
inline constexpr seconds hand_out{0.01};
inline constexpr double noise = 0.27;
inline constexpr double speed_range = 0.1;
inline constexpr double slow_machines = 0.02;
inline constexpr double slow_factor = 3;

inline std::vector<seconds> durations_in(std::string const& file) {
  std::ifstream in{file};
  std::vector<seconds> all;
  for (double each = 0; in >> each;) { all.emplace_back(each); }
  return all;
}

/// A number from 0 to 1 that depends on these alone, so that all schedulers meet the same chances.
inline double chance(std::uint64_t seed, std::uint64_t a, std::uint64_t b) {
  auto mixed = seed * 0x9e3779b97f4a7c15;  // splitmix64
  for (auto const part : {a, b}) {
    mixed += 0x9e3779b97f4a7c15 + part;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
    mixed ^= mixed >> 31;
  }
  return (static_cast<double>(mixed >> 11) + 0.5) / 9007199254740992.0;
}

/// A normally distributed number from two even ones (Box and Muller 1958).
inline double normal(double u, double v) {
  return std::sqrt(-2 * std::log(u)) * std::cos(6.283185307179586 * v);
}

/// Simulates a run. Ends the program if the scheduler loses a test.
template <Scheduler S>
simulated_run run_to_end(S& scheduler, simulation const& plan) {
  auto run = simulate(scheduler, plan);
  if (run.undecided > 0) {
    fmt::print(stderr, "{} tests were lost\n", run.undecided);
    std::exit(1);
  }
  return run;
}

class setting {
 public:
  setting(std::vector<seconds> const& durations, std::size_t slots, std::uint64_t seed)
      : durations_{durations}, seed_{seed} {
    for (std::size_t i = 0; i < slots; ++i) {
      auto const even = 1 + speed_range * (2 * chance(seed, 1, i) - 1);
      machines_.push_back({{}, chance(seed, 2, i) < slow_machines ? slow_factor * even : even});
    }
  }

  [[nodiscard]] simulation plan(std::vector<work_item> const& items) const {
    return {.items = items,
            .limits = {.slots = machines_.size(), .cost = batch_cost::request},
            .slots = machines_,
            .worker_start = worker_start,
            .hand_out = hand_out,
            .attempt = [this](test_index test, unsigned nth) {
              auto const u = chance(seed_, 3 + 2 * nth, test.value);
              auto const v = chance(seed_, 4 + 2 * nth, test.value);
              return simulated_attempt{durations_[test.value] * std::exp(noise * normal(u, v))};
            }};
  }

 private:
  std::vector<seconds> const& durations_;
  std::uint64_t seed_;
  std::vector<simulated_slot> machines_;
};

inline std::vector<work_item> items_of(std::vector<seconds> const& durations, bool known) {
  std::vector<work_item> items;
  for (std::uint32_t i = 0; i < durations.size(); ++i) {
    items.push_back({.test = {i},
                     .file = {},
                     .expected = known ? std::optional{durations[i]} : std::nullopt,
                     .id_bytes = 95});
  }
  return items;
}

struct figures {
  double over_bound{};    ///< geometric mean of makespan over bound
  double machine_time{};  ///< mean of busy time over that of what counted
};

template <class Make>
figures measure(std::vector<seconds> const& durations, std::size_t slots, bool known,
                unsigned seeds, Make make) {
  auto const items = items_of(durations, known);
  auto const total = std::accumulate(durations.begin(), durations.end(), seconds{});
  auto const bound =
      std::max(*std::ranges::max_element(durations), total / static_cast<double>(slots)) +
      worker_start;
  figures sum;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    setting const where{durations, slots, seed};
    auto const plan = where.plan(items);
    auto scheduler = make();
    auto const run = run_to_end(scheduler, plan);
    sum.over_bound += std::log(run.makespan / bound);
    sum.machine_time += run.busy / (run.busy - run.in_vain);
  }
  auto const n = static_cast<double>(seeds);
  return {std::exp(sum.over_bound / n), sum.machine_time / n};
}

}  // namespace offload::bench
