// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/history/prediction.hpp>

#include <offload/core/inline.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

namespace offload {
namespace prediction_detail {

inline constexpr double weight_of_run_before = 0.8;
inline constexpr double shortest = 1e-4;      ///< seconds; the logarithm of zero is not a number
inline constexpr double usual_spread = 0.27;  ///< while the suite has not shown its own
inline constexpr double usual_weight = 10;    ///< of the usual spread, in samples
inline constexpr double suite_weight = 8;     ///< of the suite's spread, in samples of a test
inline constexpr double failure_weight = 2;  ///< of the suite's failure rate, in attempts of a test
inline constexpr double usual_failures =
    0.5;  ///< of twenty attempts at any test, before there are some
inline constexpr double usual_attempts = 20;
inline constexpr double tail_of_file = 3;  ///< degrees of freedom of Student's t; few: thick tails

struct sum_of {
  double weight{};
  double value{};

  void add(double v, double w = 1) {
    weight += w;
    value += w * v;
  }
  [[nodiscard]] double mean() const { return weight > 0 ? value / weight : 0; }
  /// With another mean that counts `w` times.
  [[nodiscard]] double mean_with(double other, double w) const {
    return (value + w * other) / (weight + w);
  }
};

struct observation {
  double log_seconds;
  double weight;
};

/// The samples with the weights of their runs. All of a run have one time.
inline std::vector<observation> observed(std::vector<history_sample> samples) {
  std::ranges::sort(samples, [](auto const& a, auto const& b) { return is_older(b, a); });
  std::vector<observation> all;
  double weight = 1;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    if (i > 0 && samples[i].at_ms != samples[i - 1].at_ms) { weight *= weight_of_run_before; }
    all.push_back({std::log(std::max(shortest, samples[i].duration)), weight});
  }
  return all;
}

/// The data of one test before the suite is known.
struct gathered_test {
  std::string id;
  std::string file;
  std::uint64_t attempts{};
  std::uint64_t failures{};
  std::vector<observation> durations;  ///< passing ones; if there are none, failing ones
  sum_of logs{};
  /// How much they differ: squares of the differences from their plain mean, one sample less than
  /// there are. Nothing while all are of one run: what is alike in a run is not only the test.
  sum_of squares{};
  seconds failing{};
};

inline sum_of squares_of(std::vector<observation> const& all) {
  if (all.empty() || all.front().weight == all.back().weight) { return {}; }
  sum_of plain;
  for (auto const& one : all) { plain.add(one.log_seconds); }
  sum_of squares{.weight = -1};
  for (auto const& one : all) { squares.add(std::pow(one.log_seconds - plain.mean(), 2)); }
  return squares;
}

inline double middle_of(std::vector<observation> const& all) {
  sum_of logs;
  for (auto const& one : all) { logs.add(one.log_seconds, one.weight); }
  return logs.mean();
}

inline gathered_test gather(std::string const& id, test_history const& known) {
  gathered_test test{.id = id,
                     .file = std::string{file_part(id)},
                     .attempts = known.attempts,
                     .failures = std::min(known.failures, known.attempts),
                     .durations = observed(known.passed.empty() ? known.failed : known.passed)};
  for (auto const& one : test.durations) { test.logs.add(one.log_seconds, one.weight); }
  test.squares = squares_of(test.durations);
  if (!known.failed.empty()) {
    test.failing = seconds{std::exp(middle_of(observed(known.failed)))};
  }
  return test;
}

inline failure_estimate failure_of(double failures, double attempts) {
  auto const rate = failures / attempts;
  return {rate, std::sqrt(rate * (1 - rate) / (attempts + 1))};
}

}  // namespace prediction_detail

/// The common parameters of the tests of a configuration.
class prediction_model {
 public:
  explicit prediction_model(std::vector<prediction_detail::gathered_test> tests)
      : tests_{std::move(tests)} {
    learn_variance();
    learn_files();
    learn_failures();
  }

  void predict(predictions& to) const {
    to.unknown_ = prediction(suite_.mean(), variance_ + between_);
    for (auto const& [file, logs] : files_) {
      to.files_[file] = prediction(middle_of_file(file), variance_ + between_);
    }
    for (auto const& test : tests_) { to.tests_[test.id] = prediction_of(test); }
  }

 private:
  void learn_variance() {
    prediction_detail::sum_of squares;
    squares.add(prediction_detail::usual_spread * prediction_detail::usual_spread,
                prediction_detail::usual_weight);
    for (auto const& test : tests_) {
      squares.weight += test.squares.weight;
      squares.value += test.squares.value;
    }
    variance_ = squares.mean();
  }

  void learn_files() {
    prediction_detail::sum_of inverse_counts;
    for (auto const& test : tests_) {
      if (test.durations.empty()) { continue; }
      files_[test.file].add(test.logs.mean());
      suite_.add(test.logs.mean());
      inverse_counts.add(1 / test.logs.weight);
    }
    double squares = prediction_detail::usual_weight * variance_;
    double freedom = prediction_detail::usual_weight;
    for (auto const& test : tests_) {
      auto const& file = files_[test.file];
      if (file.weight < 2 || test.durations.empty()) { continue; }
      squares += std::pow(test.logs.mean() - file.mean(), 2);
      freedom += 1 - 1 / file.weight;
    }
    // Means of samples differ by what the samples do, besides.
    between_ = std::max(variance_ / 10, squares / freedom - variance_ * inverse_counts.mean());
  }

  void learn_failures() {
    failures_ = prediction_detail::usual_failures;
    attempts_ = prediction_detail::usual_attempts;
    for (auto const& test : tests_) {
      failures_ += static_cast<double>(test.failures);
      attempts_ += static_cast<double>(test.attempts);
    }
  }

  [[nodiscard]] double middle_of_file(std::string const& file) const {
    auto const found = files_.find(file);
    return found == files_.end() ? suite_.mean() : found->second.mean_with(suite_.mean(), 1);
  }

  /// Of something that has never run.
  [[nodiscard]] test_prediction prediction(double middle, double variance) const {
    auto const rate = failures_ / attempts_;
    return {.typical = seconds{std::exp(middle)},
            .spread = std::sqrt(variance),
            .failure = prediction_detail::failure_of(prediction_detail::failure_weight * rate,
                                                     prediction_detail::failure_weight)};
  }

  /// How many samples of the test its file counts for. A file says little about a test that is
  /// clearly unlike the others: a long one among short ones is not an error.
  [[nodiscard]] double weight_of_file(prediction_detail::gathered_test const& test,
                                      double of_file) const {
    auto const usual = variance_ / between_;
    if (test.durations.empty()) { return usual; }
    auto const apart =
        std::pow(test.logs.mean() - of_file, 2) / (between_ + variance_ / test.logs.weight);
    return usual * std::min(1.0, (prediction_detail::tail_of_file + 1) /
                                     (prediction_detail::tail_of_file + apart));
  }

  [[nodiscard]] test_prediction prediction_of(prediction_detail::gathered_test const& test) const {
    auto const of_file = middle_of_file(test.file);
    auto const prior = weight_of_file(test, of_file);
    auto const middle = test.logs.mean_with(of_file, prior);
    auto const own = test.squares.mean_with(variance_, prediction_detail::suite_weight);
    auto made = prediction(middle, own * (1 + 1 / (test.logs.weight + prior)));
    made.failing = test.failing;
    made.attempts = test.attempts;
    made.failure = prediction_detail::failure_of(
        static_cast<double>(test.failures) +
            prediction_detail::failure_weight * failures_ / attempts_,
        static_cast<double>(test.attempts) + prediction_detail::failure_weight);
    return made;
  }

  std::vector<prediction_detail::gathered_test> tests_;
  double variance_{};  ///< of a test's logarithms
  double between_{};   ///< of the middles of a file's tests
  std::unordered_map<std::string, prediction_detail::sum_of> files_;
  prediction_detail::sum_of suite_;
  double failures_{};
  double attempts_{};
};

OFFLOAD_INLINE seconds test_prediction::mean() const {
  return typical * std::exp(spread * spread / 2);
}

OFFLOAD_INLINE seconds test_prediction::expected() const {
  if (failing == seconds{}) { return mean(); }
  auto const failed = failing * std::exp(spread * spread / 2);
  return (1 - failure.rate) * mean() + failure.rate * failed;
}

OFFLOAD_INLINE seconds test_prediction::quantile(double deviations) const {
  return typical * std::exp(deviations * spread);
}

OFFLOAD_INLINE std::string_view file_part(std::string_view id) {
  auto at = id.npos;
  for (std::string_view const separator : {"::", " > ", " "}) {
    at = std::min(at, id.find(separator));
  }
  return at == id.npos ? std::string_view{} : id.substr(0, at);
}

OFFLOAD_INLINE predictions::predictions(history const& all, std::string_view config_path,
                                        seconds by_default)
    : config_{history_key_of(config_path, {}).config} {
  std::vector<prediction_detail::gathered_test> tests;
  all.each([&](history_key const& key, test_history const& known) {
    if (key.config == config_ && known.newest() != nullptr) {
      tests.push_back(prediction_detail::gather(key.test, known));
    }
  });
  if (!tests.empty()) {
    prediction_model{std::move(tests)}.predict(*this);
    return;
  }
  unknown_ = {.typical = by_default,
              .failure = prediction_detail::failure_of(prediction_detail::failure_weight *
                                                           prediction_detail::usual_failures /
                                                           prediction_detail::usual_attempts,
                                                       prediction_detail::failure_weight)};
}

OFFLOAD_INLINE test_prediction predictions::of(test_id const& test) const {
  auto const key = history_key_of({}, test).test;
  if (auto const found = tests_.find(key); found != tests_.end()) { return found->second; }
  auto const file = files_.find(std::string{file_part(key)});
  return file == files_.end() ? unknown_ : file->second;
}

OFFLOAD_INLINE std::unordered_map<test_id, seconds> predictions::durations() const {
  std::unordered_map<test_id, seconds> all;
  for (auto const& [id, one] : tests_) { all.emplace(test_id{id}, one.expected()); }
  return all;
}

OFFLOAD_INLINE std::unordered_map<test_id, double> predictions::failure_rates() const {
  std::unordered_map<test_id, double> all;
  for (auto const& [id, one] : tests_) { all.emplace(test_id{id}, one.failure.rate); }
  return all;
}

}  // namespace offload
