// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors

// How near to the bound schedulers come, on real durations and simulated machines. Prints one JSON
// object a line; see run.py and docs/scheduling.md.
#include <offload/scheduler/constrained.hpp>
#include <offload/scheduler/divided.hpp>
#include <offload/scheduler/hedged.hpp>
#include <offload/scheduler/pull.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "baselines.hpp"
#include "simulated_suite.hpp"

namespace offload::bench {
namespace {

template <class Make>
void report(std::string_view name, std::vector<std::string> const& files, bool known,
            unsigned seeds, Make make) {
  for (std::size_t const slots : {8, 32, 128, 512}) {
    double log_sum = 0;
    double machine = 0;
    std::string each;
    for (auto const& file : files) {
      auto const found = measure(durations_in(file), slots, known, seeds, make);
      log_sum += std::log(found.over_bound);
      machine += found.machine_time;
      each += fmt::format("{}{:.3f}", each.empty() ? "" : ", ", found.over_bound);
    }
    auto const n = static_cast<double>(files.size());
    fmt::print(
        "{{\"policy\": \"{}\", \"known\": {}, \"slots\": {}, \"over_bound\": {:.4f}, "
        "\"machine_time\": {:.4f}, \"sets\": [{}]}}\n",
        name, known, slots, std::exp(log_sum / n), machine / n, each);
  }
}

/// What a decision takes, and the account that the simulation keeps for it.
void report_decisions() {
  std::vector<seconds> durations;
  for (std::size_t i = 0; i < 100'000; ++i) {
    durations.emplace_back(std::min(60.0, std::exp(3 * chance(0, 5, i)) / 10));
  }
  for (bool const known : {true, false}) {
    auto const items = items_of(durations, known);
    setting const where{durations, 1000, 1};
    constrained<hedged<pull_scheduler>> scheduler;
    auto const began = std::chrono::steady_clock::now();
    auto const run = simulate(scheduler, where.plan(items));
    seconds const took = std::chrono::steady_clock::now() - began;
    fmt::print("{{\"decisions\": {}, \"known\": {}, \"tests\": {}, \"micros\": {:.3f}}}\n",
               run.decisions, known, durations.size(),
               took.count() * 1e6 / static_cast<double>(run.decisions));
  }
}

}  // namespace
}  // namespace offload::bench

int main(int argc, char** argv) {
  using namespace offload;
  using namespace offload::bench;
  if (argc < 3) {
    fmt::print(stderr, "usage: scheduling SEEDS DURATIONS...\n");
    return 1;
  }
  auto const seeds = static_cast<unsigned>(std::strtoul(argv[1], nullptr, 10));
  std::vector<std::string> const files{argv + 2, argv + argc};
  report("equal counts", files, false, seeds, [] { return divided<equal_counts>{}; });
  report("hash", files, false, seeds, [] { return divided<by_hash>{}; });
  report("round robin", files, false, seeds, [] { return round_robin_scheduler{}; });
  report("static LPT", files, true, seeds, [] { return lpt_scheduler{}; });
  report("LPT with split requeue", files, true, seeds, [] { return split_requeue{}; });
  for (bool const known : {true, false}) {
    report("pull", files, known, seeds, [] { return pull_scheduler{}; });
    report("offload", files, known, seeds, [] { return constrained<hedged<pull_scheduler>>{}; });
  }
  report_decisions();
}
