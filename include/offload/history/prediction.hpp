// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/ids.hpp>
#include <offload/core/time.hpp>
#include <offload/history/history.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

/// What the next attempt at a test is expected to be like. The model, from the first sample on:
///
/// - Durations of a test are log-normal. Their middle is a weighted mean of the logarithms of its
///   samples, those of the newest run with weight 1 and of each run before it with 0.8 of that, and
///   of the middle of its file, whose weight is the variance of a test over the variance between
///   tests of a file: so a file of tests alike says a lot about one that ran once, and one of tests
///   unlike says little. It is less for a test that is far from the others, as Student's t has it
///   (3 degrees of freedom): a long test among short ones is no slip. The middle of a file is drawn
///   to that of the suite.
/// - The spread of a test is that of its own samples, from the second run on, and of the suite's,
///   as if that were of eight samples, and of how little is known of its middle.
/// - The failure rate is a Beta distribution: of the test's own attempts ever, and as if it had
///   been tried twice more with the suite's rate.
namespace offload {

struct failure_estimate {
  double rate{};    ///< the mean
  double spread{};  ///< standard deviation of what is known about it
};

struct test_prediction {
  seconds typical{};  ///< the middle: half of the passing attempts are shorter
  double spread{};    ///< standard deviation of the logarithm
  seconds failing{};  ///< the middle of failing attempts; zero when none is known
  failure_estimate failure{};
  std::uint64_t attempts{};  ///< that it is from; 0: the test is new

  /// Of attempts that pass, the mean.
  [[nodiscard]] seconds mean() const;
  /// The mean of any attempt, failing ones in their share.
  [[nodiscard]] seconds expected() const;
  /// What a passing attempt exceeds by `deviations` in the logarithm: 0.674 is the third quarter.
  [[nodiscard]] seconds quantile(double deviations) const;
};

/// The predictions for all tests of one configuration.
class predictions {
 public:
  /// `by_default` is expected of tests while there is no history at all.
  predictions(history const& all, std::string_view config_path, seconds by_default);

  [[nodiscard]] bool empty() const { return tests_.empty(); }
  /// Of a test that the history does not know: what its file, or the suite, is like.
  [[nodiscard]] test_prediction of(test_id const& test) const;
  /// What each test of the history is expected to take.
  [[nodiscard]] std::unordered_map<test_id, seconds> durations() const;
  /// How often each of them is expected to fail.
  [[nodiscard]] std::unordered_map<test_id, double> failure_rates() const;

 private:
  friend class prediction_model;

  std::string config_;
  test_prediction unknown_{};
  std::unordered_map<std::string, test_prediction> files_;
  std::unordered_map<std::string, test_prediction> tests_;
};

/// The part of a test's id that stands for its file, or what else its framework groups tests by;
/// empty when there is none.
[[nodiscard]] std::string_view file_part(std::string_view id);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/history/prediction-inl.hpp>
#endif
