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

/// Predicts the next attempt of a test. The model, from the first sample on:
///
/// - Durations of a test are log-normal. The median is a weighted mean of the logarithms of its
///   samples and of the median of its file. Samples of the newest run have weight 1, those of each
///   earlier run 0.8 times the weight of the run after it. The weight of the file is the variance
///   of a test divided by the variance between the tests of the file: a file of similar tests says
///   a lot about a test that ran once, a file of dissimilar tests says little. The weight is
///   smaller for a test that is far from the others (Student's t with 3 degrees of freedom), so
///   that a long test among short ones stays long. The median of a file is shrunk towards that of
///   the suite.
/// - The spread of a test combines the spread of its own samples, from the second run on, the
///   spread of the suite with the weight of eight samples, and the uncertainty of the median.
/// - The failure rate is a Beta distribution of all attempts of the test, plus two attempts with
///   the suite's rate.
namespace offload {

struct failure_estimate {
  double rate{};    ///< the mean
  double spread{};  ///< standard deviation of the estimate
};

struct test_prediction {
  seconds typical{};  ///< the median of passing attempts
  double spread{};    ///< standard deviation of the logarithm
  seconds failing{};  ///< the median of failing attempts; zero if unknown
  failure_estimate failure{};
  std::uint64_t attempts{};  ///< number of attempts it is based on; 0: the test is new

  /// The mean duration of passing attempts.
  [[nodiscard]] seconds mean() const;
  /// The mean duration of all attempts, weighted by the failure rate.
  [[nodiscard]] seconds expected() const;
  /// The quantile of passing attempts that is `deviations` standard deviations above the median:
  /// 0.674 gives the third quartile.
  [[nodiscard]] seconds quantile(double deviations) const;
};

/// The predictions for all tests of one configuration.
class predictions {
 public:
  /// `by_default` is the expected duration while the history is empty.
  predictions(history const& all, std::string_view config_path, seconds by_default);

  [[nodiscard]] bool empty() const { return tests_.empty(); }
  /// For a test without history, the prediction comes from its file or the suite.
  [[nodiscard]] test_prediction of(test_id const& test) const;
  /// The expected duration of each test of the history.
  [[nodiscard]] std::unordered_map<test_id, seconds> durations() const;
  /// The expected failure rate of each test of the history.
  [[nodiscard]] std::unordered_map<test_id, double> failure_rates() const;

 private:
  friend class prediction_model;

  std::string config_;
  test_prediction unknown_{};
  std::unordered_map<std::string, test_prediction> files_;
  std::unordered_map<std::string, test_prediction> tests_;
};

/// The part of a test's id that names its file, or another unit by which its framework groups
/// tests; empty if there is none.
[[nodiscard]] std::string_view file_part(std::string_view id);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/history/prediction-inl.hpp>
#endif
