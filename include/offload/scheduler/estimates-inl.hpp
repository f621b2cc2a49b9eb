// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/scheduler/estimates.hpp>

#include <offload/core/inline.hpp>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <unordered_map>

namespace offload {
namespace estimates_detail {

/// A test of which nothing is known, before any other has ended.
inline constexpr double unknown_duration = 1;
/// How many tests of a file the average of the run weighs as much as.
inline constexpr double weight_of_run = 2;
/// Variances of logarithms: of a known test from run to run, of tests of which nothing is known
/// among each other (before there are some, and how many tests that weighs as much as), of the
/// slots' speeds, and of whole runs'. Their inverses are weights.
inline constexpr double of_known_test = 0.09;
inline constexpr double of_unknown_tests = 2.25;
inline constexpr double weight_of_unknown_tests = 4;
inline constexpr double of_slots = 0.01;
inline constexpr double of_runs = 0.05;
/// How many slots are stragglers, and how much slower they are.
inline constexpr double stragglers = 0.025;
inline constexpr double straggling = 3;
/// One test says no more than this: it may be the test that has changed.
inline constexpr double most_evidence = 3;
/// What a test costs beside its own work blurs the ratios of those that are much shorter.
inline constexpr double shortest_telling = 0.1;
/// No duration is taken for shorter, so that it has a logarithm.
inline constexpr double shortest = 1e-4;

}  // namespace estimates_detail

OFFLOAD_INLINE void duration_estimates::open(std::span<work_item const> items) {
  *this = {};
  std::unordered_map<std::string_view, std::size_t> files;
  for (auto const& item : items) {
    if (tests_.size() <= item.test.value) { tests_.resize(item.test.value + 1); }
    auto const file = files.try_emplace(item.file, files.size()).first->second;
    tests_[item.test.value] = {item.expected.value_or(seconds{}), item.expected.has_value(), file};
  }
  files_.resize(files.size());
}

OFFLOAD_INLINE seconds duration_estimates::expected(test_index test) const {
  auto const& t = tests_[test.value];
  if (t.from_history) {
    auto const drift = log_drift_.sum / (log_drift_.weight + 1 / estimates_detail::of_runs);
    return t.expected * std::exp(drift);
  }
  auto const of_run = run_.weight > 0 ? run_.sum / run_.weight : estimates_detail::unknown_duration;
  auto const& file = files_[t.file];
  return seconds{(file.sum + estimates_detail::weight_of_run * of_run) /
                 (file.weight + estimates_detail::weight_of_run)};
}

OFFLOAD_INLINE seconds duration_estimates::expected(test_index test, slot_id slot) const {
  auto const its = speed_of(slot);
  return expected(test) * ((1 - its.straggler) * its.usual + its.straggler * its.straggling);
}

OFFLOAD_INLINE double duration_estimates::unknown_variance() const {
  auto const n = log_run_.weight;
  auto const average = n > 0 ? log_run_.sum / n : 0;
  auto const squares = std::max(0.0, log_squares_ - n * average * average);
  return (estimates_detail::of_unknown_tests * estimates_detail::weight_of_unknown_tests +
          squares) /
         (estimates_detail::weight_of_unknown_tests + n);
}

OFFLOAD_INLINE double duration_estimates::scatter(test_index test) const {
  return std::sqrt(is_known(test) ? estimates_detail::of_known_test : unknown_variance());
}

OFFLOAD_INLINE duration_estimates::speed duration_estimates::speed_of(slot_id slot) const {
  auto const mine = slot.value < slots_.size() ? slots_[slot.value] : slot_account{};
  auto const usual =
      std::exp(mine.log_ratio.sum / (mine.log_ratio.weight + 1 / estimates_detail::of_slots));
  auto const odds =
      estimates_detail::stragglers / (1 - estimates_detail::stragglers) * std::exp(mine.evidence);
  return {usual, std::max(estimates_detail::straggling, usual), odds / (1 + odds)};
}

OFFLOAD_INLINE void duration_estimates::finished(test_index test, slot_id slot, seconds took) {
  auto const& t = tests_[test.value];
  auto const length = std::max(took.count(), estimates_detail::shortest);
  if (slots_.size() <= slot.value) { slots_.resize(slot.value + 1); }
  auto const tell_of_slot = [&](double ratio, double variance, double weight) {
    auto& mine = slots_[slot.value];
    mine.log_ratio.sum += weight / variance * ratio;
    mine.log_ratio.weight += weight / variance;
    auto const slower = std::log(estimates_detail::straggling);
    auto const says = weight / variance * slower * (ratio - slower / 2);
    mine.evidence +=
        std::clamp(says, -estimates_detail::most_evidence, estimates_detail::most_evidence);
  };
  if (t.from_history) {
    auto const expected = std::max(t.expected.count(), estimates_detail::shortest);
    auto const weight = expected / (expected + estimates_detail::shortest_telling);
    auto const ratio = std::log(length / expected);
    log_drift_.sum += weight / estimates_detail::of_known_test * ratio;
    log_drift_.weight += weight / estimates_detail::of_known_test;
    tell_of_slot(ratio - log_drift_.sum / log_drift_.weight, estimates_detail::of_known_test,
                 weight);
    return;
  }
  for (auto* each : {&run_, &files_[t.file]}) {
    each->sum += took.count();
    each->weight += 1;
  }
  auto const logarithm = std::log(length);
  log_run_.sum += logarithm;
  log_run_.weight += 1;
  log_squares_ += logarithm * logarithm;
  auto const weight = length / (length + estimates_detail::shortest_telling);
  tell_of_slot(logarithm - log_run_.sum / log_run_.weight, unknown_variance(), weight);
}

}  // namespace offload
