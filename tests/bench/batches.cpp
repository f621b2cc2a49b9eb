// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors

// How long runs take, and how many batches they need, where each batch starts a command. Simulated,
// over the cost of a batch and of a file. Prints one JSON object a line; see run.py.
#include <offload/scheduler/hedged.hpp>
#include <offload/scheduler/pull.hpp>

#include <fmt/core.h>

#include <algorithm>
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

struct suite {
  std::string name;
  std::vector<seconds> durations;
  std::vector<std::string> files;  ///< of each test
};

/// Files of 1 to 40 tests, most of them small.
std::vector<std::string> files_for(std::size_t tests) {
  std::vector<std::string> files;
  for (std::uint64_t file = 0; files.size() < tests; ++file) {
    auto const size = 1 + static_cast<std::size_t>(-12 * std::log(chance(7, file, 0)));
    auto const name = fmt::format("tests/test_{}.py", file);
    for (std::size_t i = 0; i < std::min<std::size_t>(size, 40) && files.size() < tests; ++i) {
      files.push_back(name);
    }
  }
  return files;
}

suite suite_of(std::string name, std::vector<seconds> durations) {
  auto files = files_for(durations.size());
  return {std::move(name), std::move(durations), std::move(files)};
}

suite same(std::string name, std::size_t tests, seconds each) {
  return suite_of(std::move(name), std::vector<seconds>(tests, each));
}

/// Log-normal durations: most are short, a few are long.
suite scattered(std::size_t tests) {
  std::vector<seconds> durations;
  for (std::size_t i = 0; i < tests; ++i) {
    durations.emplace_back(0.2 * std::exp(1.5 * normal(chance(11, i, 0), chance(11, i, 1))));
  }
  return suite_of("scattered", std::move(durations));
}

struct world {
  std::size_t slots{};
  seconds batch{};     ///< what a batch costs
  seconds file{};      ///< what a file costs in each batch that has tests of it
  seconds first_up{};  ///< the slots come up evenly between these two
  seconds last_up{};
};

struct outcome {
  seconds makespan{};
  std::size_t batches{};
};

seconds up_after(world const& where, std::size_t slot) {
  auto const part = (static_cast<double>(slot) + 0.5) / static_cast<double>(where.slots);
  return where.first_up + part * (where.last_up - where.first_up);
}

seconds duration(suite const& of, std::uint64_t seed, std::uint32_t test) {
  return of.durations[test] *
         std::exp(noise * normal(chance(seed, 3, test), chance(seed, 4, test)));
}

enum class knowledge { none, run_before };

template <Scheduler S>
outcome run_of(suite const& of, world const& where, knowledge knows, std::uint64_t seed,
               S scheduler) {
  std::vector<work_item> items;
  for (std::uint32_t i = 0; i < of.durations.size(); ++i) {
    auto const expected = knows == knowledge::none ? std::nullopt : std::optional{of.durations[i]};
    items.push_back({.test = {i}, .file = of.files[i], .expected = expected, .id_bytes = 60});
  }
  std::vector<simulated_slot> slots;
  for (std::size_t i = 0; i < where.slots; ++i) { slots.push_back({up_after(where, i), 1}); }
  simulation const plan{.items = items,
                        .limits = {.slots = where.slots,
                                   .cost = batch_cost::process,
                                   .start_up = knows == knowledge::none ? seconds{} : where.batch,
                                   .file_cost = knows == knowledge::none ? seconds{} : where.file},
                        .slots = slots,
                        .worker_start = where.batch + where.file,
                        .next_file = where.file,
                        .attempt = [&](test_index test, unsigned) {
                          return simulated_attempt{duration(of, seed, test.value)};
                        }};
  auto const run = run_to_end(scheduler, plan);
  return {run.makespan, run.batches};
}

/// No batching ends sooner: all slots are busy with tests and with what a batch and each file cost
/// once, and no test is divided.
seconds bound(suite const& of, world const& where, std::uint64_t seed) {
  seconds work{};
  seconds longest{};
  std::size_t files = 0;
  for (std::uint32_t i = 0; i < of.durations.size(); ++i) {
    auto const takes = duration(of, seed, i);
    work += takes;
    longest = std::max(longest, takes);
    if (i == 0 || of.files[i] != of.files[i - 1]) { ++files; }
  }
  work += where.file * static_cast<double>(files);
  // The first n slots end together, for the n that is best.
  seconds best = seconds::max();
  seconds starts{};
  for (std::size_t n = 1; n <= std::min(where.slots, of.durations.size()); ++n) {
    starts += up_after(where, n - 1) + where.batch;
    best = std::min(best, (work + starts) / static_cast<double>(n));
  }
  return std::max(best, up_after(where, 0) + where.batch + where.file + longest);
}

void compare(std::string_view row, suite const& of, world const& where, unsigned seeds) {
  for (auto const knows : {knowledge::none, knowledge::run_before}) {
    double ours = 0;
    double theirs = 0;
    double batches = 0;
    double their_batches = 0;
    double least = 0;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
      auto const one = run_of(of, where, knows, seed, hedged<pull_scheduler>{});
      auto const other = run_of(of, where, knows, seed, split_requeue{});
      ours += one.makespan.count() / seeds;
      theirs += other.makespan.count() / seeds;
      batches += static_cast<double>(one.batches) / seeds;
      their_batches += static_cast<double>(other.batches) / seeds;
      least += bound(of, where, seed).count() / seeds;
    }
    fmt::print(
        "{{\"row\": \"{}\", \"suite\": \"{}\", \"known\": {}, \"slots\": {}, \"batch\": {}, "
        "\"file\": {}, \"makespan\": {:.3f}, \"batches\": {:.0f}, \"original\": {:.3f}, "
        "\"original_batches\": {:.0f}, \"bound\": {:.3f}}}\n",
        row, of.name, knows == knowledge::run_before, where.slots, where.batch.count(),
        where.file.count(), ours, batches, theirs, their_batches, least);
  }
}

}  // namespace
}  // namespace offload::bench

int main(int argc, char** argv) {
  using namespace offload;
  using namespace offload::bench;
  if (argc < 3) {
    fmt::print(stderr, "usage: batches SEEDS DURATIONS...\n");
    return 1;
  }
  auto const seeds = static_cast<unsigned>(std::strtoul(argv[1], nullptr, 10));
  using std::chrono::milliseconds;
  compare("cloud", same("5,275 tests of 20 ms", 5275, milliseconds{20}),
          {.slots = 200, .batch = milliseconds{200}, .first_up = seconds{1}, .last_up = seconds{3}},
          seeds);
  compare("slow start", same("120 tests of 20 ms", 120, milliseconds{20}),
          {.slots = 4, .batch = milliseconds{1200}, .first_up = seconds{1}, .last_up = seconds{3}},
          seeds);
  compare("docker exec", same("120 tests of 5 ms", 120, milliseconds{5}),
          {.slots = 4, .batch = milliseconds{800}}, seeds);
  compare("a command", same("18 tests of 10 ms", 18, milliseconds{10}),
          {.slots = 2, .batch = seconds{3}}, seeds);

  std::vector<suite> suites;
  for (int i = 2; i < argc; ++i) {
    std::string const path = argv[i];
    auto const name = path.substr(path.rfind('/') + 1);
    suites.push_back(suite_of(name.substr(0, name.find('.')), durations_in(path)));
  }
  suites.push_back(same("alike", 5275, milliseconds{20}));
  suites.push_back(scattered(2000));
  suites.push_back(same("few", 60, seconds{0.5}));
  for (auto const& of : suites) {
    for (double const batch : {0.0, 0.05, 0.3, 1.0, 5.0}) {
      for (double const file : {0.0, 0.1, 1.0}) {
        for (std::size_t const slots : {2, 8, 32, 128, 500}) {
          compare("grid", of, {.slots = slots, .batch = seconds{batch}, .file = seconds{file}},
                  seeds);
        }
      }
    }
  }
}
