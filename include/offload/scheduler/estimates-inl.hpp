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

OFFLOAD_INLINE void duration_estimates::open(std::span<work_item const> items) {
  *this = duration_estimates{tuning_};
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
    auto const drift = log_drift_.sum / (log_drift_.weight + 1 / tuning_.variance_of_runs);
    return t.expected * std::exp(drift);
  }
  auto const of_run = run_.weight > 0 ? run_.sum / run_.weight : tuning_.unknown_duration.count();
  auto const& file = files_[t.file];
  return seconds{(file.sum + tuning_.weight_of_run * of_run) /
                 (file.weight + tuning_.weight_of_run)};
}

OFFLOAD_INLINE seconds duration_estimates::expected(test_index test, slot_id slot) const {
  auto const its = speed_of(slot);
  return expected(test) * ((1 - its.straggler) * its.usual + its.straggler * its.straggling);
}

OFFLOAD_INLINE double duration_estimates::unknown_variance() const {
  auto const n = log_run_.weight;
  auto const average = n > 0 ? log_run_.sum / n : 0;
  auto const squares = std::max(0.0, log_squares_ - n * average * average);
  return (tuning_.variance_of_unknown_tests * tuning_.weight_of_unknown_tests + squares) /
         (tuning_.weight_of_unknown_tests + n);
}

OFFLOAD_INLINE double duration_estimates::scatter(test_index test) const {
  return std::sqrt(is_known(test) ? tuning_.variance_of_known_test : unknown_variance());
}

OFFLOAD_INLINE duration_estimates::speed duration_estimates::speed_of(slot_id slot) const {
  auto const mine = slot.value < slots_.size() ? slots_[slot.value] : slot_account{};
  auto const usual =
      std::exp(mine.log_ratio.sum / (mine.log_ratio.weight + 1 / tuning_.variance_of_slots));
  auto const before = tuning_.stragglers / (1 - tuning_.stragglers);
  auto const odds = before * std::exp(mine.evidence);
  return {usual, std::max(tuning_.straggling, usual), odds / (1 + odds)};
}

OFFLOAD_INLINE void duration_estimates::finished(test_index test, slot_id slot, seconds took) {
  auto const& t = tests_[test.value];
  auto const length = std::max(took.count(), tuning_.shortest.count());
  if (slots_.size() <= slot.value) { slots_.resize(slot.value + 1); }
  auto const tell_of_slot = [&](double ratio, double variance, double weight) {
    auto& mine = slots_[slot.value];
    mine.log_ratio.sum += weight / variance * ratio;
    mine.log_ratio.weight += weight / variance;
    auto const slower = std::log(tuning_.straggling);
    auto const says = weight / variance * slower * (ratio - slower / 2);
    mine.evidence += std::clamp(says, -tuning_.most_evidence, tuning_.most_evidence);
  };
  if (t.from_history) {
    auto const expected = std::max(t.expected.count(), tuning_.shortest.count());
    auto const weight = expected / (expected + tuning_.shortest_telling.count());
    auto const ratio = std::log(length / expected);
    log_drift_.sum += weight / tuning_.variance_of_known_test * ratio;
    log_drift_.weight += weight / tuning_.variance_of_known_test;
    tell_of_slot(ratio - log_drift_.sum / log_drift_.weight, tuning_.variance_of_known_test,
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
  auto const weight = length / (length + tuning_.shortest_telling.count());
  tell_of_slot(logarithm - log_run_.sum / log_run_.weight, unknown_variance(), weight);
}

}  // namespace offload
