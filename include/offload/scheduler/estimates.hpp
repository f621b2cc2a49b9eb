// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/scheduler/concept.hpp>
#include <offload/scheduler/estimates_tuning.hpp>

#include <cstddef>
#include <span>
#include <vector>

namespace offload {

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
