// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// The history of one test. Decision 0014 explains the format.
namespace offload {

/// One recorded attempt: its run, the start of that run, and its duration.
struct history_sample {
  std::string run{};     ///< the run's mark: a few letters and digits
  std::int64_t at_ms{};  ///< milliseconds since 1970, the same for all attempts of a run
  double duration{};     ///< seconds

  bool operator==(history_sample const&) const = default;
};

/// Older samples first; samples of the same time have a fixed order.
[[nodiscard]] bool is_older(history_sample const& a, history_sample const& b);

/// How an attempt counts in the history.
enum class history_outcome { passed, failed };

/// The history of one test. The counters include all attempts ever, the samples only the newest
/// ones.
struct test_history {
  std::uint64_t attempts{};
  std::uint64_t failures{};  ///< among the attempts
  std::string last_run{};    ///< the mark of the last run that included the test
  std::vector<history_sample> passed{};
  std::vector<history_sample> failed{};

  bool operator==(test_history const&) const = default;

  [[nodiscard]] bool knows_run(std::string const& mark) const;
  /// The newest of all samples; null if there are none.
  [[nodiscard]] history_sample const* newest() const;
};

/// Adds an attempt. The `capacity` newest samples of each outcome are kept, including the new one.
void add_attempt(test_history& to, history_outcome how, history_sample sample,
                 std::size_t capacity);

/// Merges two histories of a test without a common ancestor. A sample that both have counts once.
[[nodiscard]] test_history merged(test_history const& ours, test_history const& theirs);

/// The same for histories with the common ancestor `base`.
[[nodiscard]] test_history merged(test_history const& base, test_history const& ours,
                                  test_history const& theirs);

/// The minimum number of samples per outcome that a merge keeps. If one side has more, the merge
/// keeps that many.
inline constexpr std::size_t merge_capacity = 20;

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/history/test_history-inl.hpp>
#endif
