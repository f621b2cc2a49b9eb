// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/ids.hpp>
#include <offload/core/run_record.hpp>
#include <offload/core/test_case.hpp>
#include <offload/core/time.hpp>
#include <offload/history/concept.hpp>

#include <optional>
#include <span>
#include <unordered_map>

namespace offload {

/// Expects of each test what earlier runs have seen of it.
///
/// A test without a duration of its own is expected to take the average of those of its file that
/// have one, or else of its groups, or else `default_duration`. Without any duration, nothing is
/// expected of any test: a sum of guesses would look like knowledge.
struct history_estimator {
  std::unordered_map<test_id, seconds> durations{};
  std::unordered_map<test_id, double> failure_rates{};
  std::optional<seconds> default_duration{};

  /// Adds the durations of the tests of which none is known: the longest attempt of each.
  void add(run_record const& record);

  void estimate(std::span<test_case> tests) const;
};
static_assert(Estimator<history_estimator>);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/history/history_estimator-inl.hpp>
#endif
