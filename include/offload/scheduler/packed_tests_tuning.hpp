// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/time.hpp>
#include <offload/scheduler/batch_costs_tuning.hpp>

#include <cstddef>

namespace offload {

/// The constants of `packed_tests`, chosen by hand and by `./dev bench batches`.
struct packed_tests_tuning {
  batch_costs_tuning costs{};
  /// The standard deviation of a known test from run to run, as a fraction.
  double scatter_of_known = 0.3;
  /// How much faster or slower a slot may be than expected, as a fraction.
  double drift = 0.05;
  /// A slot runs at least this many batches if they cost nothing; of the rest, each time anew.
  double shares = 2;
  /// Standard deviation over mean of tests without a known duration, before any has ended.
  double unknown_variation = 1.5;
  /// The expected duration of a test when none is known,
  seconds unknown_duration{1};
  /// and the weight of that guess, in tests.
  double weight_of_guess = 0.01;
  /// The weight of known durations against what the run itself measures, in tests.
  double weight_of_known = 10;
  /// When nothing is known, so few tests for each slot are one batch.
  double few_tests = 32;
  /// As long as nothing is measured, a batch has at most this number of tests of a file.
  std::size_t first_part = 8;
  /// A part of a file takes at least this many times as long as loading the file.
  double loads_worth_a_part = 4;
  /// A test above this fraction of a slot's work is handed out apart from its file.
  double long_fraction = 0.1;
  /// A batch may be this many times longer than planned, so that no small rest is left.
  double nearly = 1.02;
  seconds shortest_test{0.0002};
};

}  // namespace offload
