// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors

// What other values of the scheduler's constants do to makespan and machine time: each is changed
// alone, and the same runs are simulated again. Prints one JSON object a line; see tuning_bench.py.
#include <offload/scheduler/constrained.hpp>
#include <offload/scheduler/hedged.hpp>
#include <offload/scheduler/pull.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "simulated_suite.hpp"

namespace offload::bench {
namespace {

struct tunings {
  pull_tuning pull{};
  hedged_tuning hedged{};
};

using constant = std::variant<double*, seconds*, std::size_t*, unsigned*>;

/// Those that matter where workers are warm.
std::vector<std::pair<std::string_view, constant>> constants_of(tunings& t) {
  auto& unknown = t.pull.unknown;
  auto& estimates = t.hedged.estimates;
  return {{"pull.shares_of_requests", &t.pull.shares_of_requests},
          {"pull.shares_of_unknown_requests", &t.pull.shares_of_unknown_requests},
          {"pull.shortest_batch", &t.pull.shortest_batch},
          {"pull.longest_light_test", &t.pull.longest_light_test},
          {"pull.long_fraction", &t.pull.long_fraction},
          {"unknown.stretches_per_slot", &unknown.stretches_per_slot},
          {"unknown.least_tests", &unknown.least_tests},
          {"unknown.weight_of_run", &unknown.weight_of_run},
          {"unknown.whole_of_passed", &unknown.whole_of_passed},
          {"unknown.worth_noting", &unknown.worth_noting},
          {"unknown.between_looks", &unknown.between_looks},
          {"hedged.fair_part_of_known", &t.hedged.fair_part_of_known},
          {"hedged.fair_part_of_unknown", &t.hedged.fair_part_of_unknown},
          {"hedged.least_saving", &t.hedged.least_saving},
          {"hedged.among_the_last", &t.hedged.among_the_last},
          {"hedged.most_places", &t.hedged.most_places},
          {"estimates.weight_of_run", &estimates.weight_of_run},
          {"estimates.variance_of_known_test", &estimates.variance_of_known_test},
          {"estimates.variance_of_unknown_tests", &estimates.variance_of_unknown_tests},
          {"estimates.variance_of_slots", &estimates.variance_of_slots},
          {"estimates.stragglers", &estimates.stragglers},
          {"estimates.straggling", &estimates.straggling},
          {"estimates.most_evidence", &estimates.most_evidence}};
}

/// Returns the new value.
double multiply(constant const& which, double factor) {
  auto const change = [&]<class T>(T* value) {
    if constexpr (std::is_same_v<T, seconds>) {
      return (*value *= factor).count();
    } else if constexpr (std::is_integral_v<T>) {
      auto const rounded = std::llround(factor * static_cast<double>(*value));
      return static_cast<double>(*value = static_cast<T>(std::max(1LL, rounded)));
    } else {
      return *value *= factor;
    }
  };
  return std::visit(change, which);
}

class search {
 public:
  search(unsigned seeds, std::vector<std::string> const& files) : seeds_{seeds} {
    for (auto const& file : files) { suites_.push_back(durations_in(file)); }
  }

  /// The mean makespans of each suite, with known durations and then without, and at the end the
  /// machine time of all.
  [[nodiscard]] std::vector<double> figures_of(tunings const& with) const {
    std::vector<double> all;
    double machine_time = 0;
    for (bool const known : {true, false}) {
      for (auto const& suite : suites_) {
        double product = 1;
        for (std::size_t const slots : {32, 128}) {
          auto const found = measure(suite, slots, known, seeds_, [&] {
            return constrained{hedged{pull_scheduler{with.pull}, hedging::on, with.hedged}};
          });
          product *= found.over_bound;
          machine_time += found.machine_time;
        }
        all.push_back(std::sqrt(product));
      }
    }
    all.push_back(machine_time);
    return all;
  }

 private:
  unsigned seeds_;
  std::vector<std::vector<seconds>> suites_;
};

void report(std::string_view name, double value, std::vector<double> const& figures,
            std::vector<double> const& usual) {
  std::string ratios;
  for (std::size_t i = 0; i < usual.size(); ++i) {
    ratios += fmt::format("{}{:.4f}", i == 0 ? "" : ", ", figures[i] / usual[i]);
  }
  fmt::print("{{\"constant\": \"{}\", \"value\": {:.6g}, \"ratios\": [{}]}}\n", name, value,
             ratios);
}

}  // namespace
}  // namespace offload::bench

int main(int argc, char** argv) {
  using namespace offload::bench;
  if (argc < 3) {
    fmt::print(stderr, "usage: tuning SEEDS DURATIONS...\n");
    return 1;
  }
  auto const seeds = static_cast<unsigned>(std::strtoul(argv[1], nullptr, 10));
  search const runs{seeds, {argv + 2, argv + argc}};
  auto const usual = runs.figures_of({});
  tunings defaults;
  auto const count = constants_of(defaults).size();
  for (std::size_t i = 0; i < count; ++i) {
    double last = -1;
    for (double const factor : {0.25, 0.5, 2.0, 4.0}) {
      tunings changed;
      auto const [name, where] = constants_of(changed)[i];
      auto const value = multiply(where, factor);
      if (value != std::exchange(last, value)) {
        report(name, value, runs.figures_of(changed), usual);
      }
    }
  }
}
