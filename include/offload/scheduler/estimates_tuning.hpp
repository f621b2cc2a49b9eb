// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/time.hpp>

namespace offload {

/// The constants of `duration_estimates`. Variances are those of logarithms, and their inverses are
/// weights. Where no source is named, a default was chosen by hand. "Longer" is the makespan in
/// simulated runs of real suites with copies, by `./dev bench tuning`.
struct estimates_tuning {
  /// The duration of a test without a known duration, before any other has ended.
  seconds unknown_duration{1};
  /// The weight of the run's average, in tests of a file.
  double weight_of_run = 2;
  /// The variance of a known test from run to run: a scatter of 0.3, as `offload plan` expects it.
  /// Measured: up to 3 % longer with less.
  double variance_of_known_test = 0.09;
  /// The variance among tests without a known duration, before any has ended: a scatter of 1.5.
  double variance_of_unknown_tests = 2.25;
  /// The weight of that variance, in tests.
  double weight_of_unknown_tests = 4;
  /// The variance of the usual slots' speeds: a tenth faster or slower.
  double variance_of_slots = 0.01;
  /// The variance of whole runs: a run is a fifth faster or slower than the ones before.
  double variance_of_runs = 0.05;
  /// The fraction of slots that are stragglers. Dean and Barroso (The Tail at Scale, 2013) describe
  /// them. Their number differs from place to place. Measured where 2 % are: up to 2 % longer with
  /// half of it.
  double stragglers = 0.025;
  /// How many times slower than the others these are. Measured where they are 3 times slower: 5 %
  /// longer with half of it, and about the same with more.
  double straggling = 3;
  /// The most that one test says for or against a straggler, as the logarithm of odds: it may be
  /// the test that has changed.
  double most_evidence = 3;
  /// The shortest duration whose ratio counts. A test's overhead distorts the ratios of tests that
  /// are much shorter.
  seconds shortest_telling{0.1};
  /// A shorter duration is replaced by this one, so that it has a logarithm.
  seconds shortest{1e-4};
};

}  // namespace offload
