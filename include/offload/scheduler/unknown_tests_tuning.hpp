// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/time.hpp>

#include <array>
#include <cstddef>

namespace offload {

/// The constants of `unknown_tests`. The defaults were chosen by simulating first runs of three
/// real suites; decision 0017 has the figures, and `./dev bench tuning` shows what other values do.
struct unknown_tests_tuning {
  /// Number of stretches for each slot. It is so small that running one test of each does not take
  /// long. From 4 to 12 the makespans differ by chance only.
  std::size_t stretches_per_slot = 6;
  /// The fewest tests in a stretch, so that the first one tells something about the others.
  std::size_t least_tests = 4;
  /// A stretch is extended to the end of a file if it gets no longer than this number of usual
  /// ones.
  std::size_t longest_stretch = 2;
  /// The expected duration of a test before any has ended. By hand.
  seconds unknown_duration{1};
  /// The weight of the run's average, in tests of a stretch.
  double weight_of_run = 3;
  /// The weight of a test for a stretch, by the distance in stretches. In three real suites the
  /// logarithms of the durations of neighbours correlate by 0.58 to 0.75.
  std::array<double, 3> says_of_neighbour{1, 0.5, 0.25};
  /// A test that still runs is expected to take this number of times the time that it has taken. A
  /// duration whose scale is unknown takes as long again, on the median (Gott 1993).
  double whole_of_passed = 2;
  /// That is noted again when it has grown by this factor,
  double worth_noting = 1.5;
  /// and looked after no more often than this: it costs a look at each slot.
  seconds between_looks{0.1};
};

}  // namespace offload
