// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/history/history.hpp>

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace offload::testing {

inline std::string const config_name = "offload.toml";

inline std::string real_history_path() {
  return OFFLOAD_SOURCE_DIR "/tests/history/data/offload-history.jsonl";
}

inline history_sample sample(std::string run, std::int64_t at_ms, double duration) {
  return {std::move(run), at_ms, duration};
}

/// One run of some tests: marks and times do not repeat within one source.
inline void add_run(history& to, std::mt19937& random, int tests, std::size_t capacity,
                    std::int64_t at_ms) {
  std::uniform_int_distribution<int> percent{0, 99};
  auto const mark = "r" + std::to_string(random() % 100000);
  for (int i = 0; i < tests; ++i) {
    if (percent(random) < 40) { continue; }
    auto& one = to.edit({config_name, "t" + std::to_string(i)});
    do {
      add_attempt(one, percent(random) < 20 ? history_outcome::failed : history_outcome::passed,
                  sample(mark, at_ms, percent(random) / 10.0), capacity);
    } while (percent(random) < 30);
  }
}

/// `from` with some more runs.
inline history grown(history from, std::mt19937& random, int runs, int tests = 6,
                     std::size_t capacity = 20) {
  std::uniform_int_distribution<std::int64_t> time{1'700'000'000'000, 1'700'000'100'000};
  for (int i = 0; i < runs; ++i) { add_run(from, random, tests, capacity, time(random)); }
  return from;
}

}  // namespace offload::testing
