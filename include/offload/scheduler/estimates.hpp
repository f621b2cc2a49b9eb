// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/scheduler/concept.hpp>

#include <cstddef>
#include <span>
#include <vector>

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

/// The expected durations of tests, which are refined by the results of the run.
///
/// A test with a duration of earlier runs is expected to take that. Another test is expected to
/// take the average of the finished tests of its file, or of the run. A slot whose tests take
/// longer than expected is slow, and so are its next tests. Each test gives evidence about its
/// slot, which is weaker the more such tests scatter. Together they tell how fast the slot is, and
/// how likely it is a straggler, which is several times slower than the others (Bayes, from "slots
/// are alike, and few are stragglers").
class duration_estimates {
 public:
  duration_estimates() = default;
  explicit duration_estimates(estimates_tuning const& tuning) : tuning_{tuning} {}

  void open(std::span<work_item const> items);
  void finished(test_index test, slot_id slot, seconds took);

  /// On average, in a slot as good as the others.
  [[nodiscard]] seconds expected(test_index test) const;
  /// On average, in this one.
  [[nodiscard]] seconds expected(test_index test, slot_id slot) const;
  /// The standard deviation of its logarithm: from run to run, or, when nothing is known of it,
  /// from test to test.
  [[nodiscard]] double scatter(test_index test) const;
  /// Whether earlier runs tell how long it takes.
  [[nodiscard]] bool is_known(test_index test) const { return tests_[test.value].from_history; }

  /// How many times longer than elsewhere tests take in a slot: as a rule, as a straggler, and how
  /// likely it is one.
  struct speed {
    double usual = 1;
    double straggling = 1;
    double straggler = 0;
  };
  [[nodiscard]] speed speed_of(slot_id slot) const;

 private:
  struct mean {
    double weight{};
    double sum{};
  };
  struct duration {
    seconds expected{};
    bool from_history = false;
    std::size_t file{};
  };

  struct slot_account {
    mean log_ratio{};   ///< of what its tests took against what was expected of them
    double evidence{};  ///< logarithm of the odds by which they speak for a straggler
  };

  [[nodiscard]] double unknown_variance() const;

  estimates_tuning tuning_;
  std::vector<duration> tests_;  ///< by test_index
  std::vector<mean> files_;      ///< seconds, of tests that earlier runs do not know
  mean run_{};                   ///< the same of all files
  mean log_run_{};               ///< their logarithms,
  double log_squares_{};         ///< and the squares of these
  mean log_drift_{};             ///< of what known tests take against what was expected
  std::vector<slot_account> slots_;
};

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/scheduler/estimates-inl.hpp>
#endif
