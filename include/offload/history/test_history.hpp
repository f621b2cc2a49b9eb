// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What is remembered of one test. Decision 0014 says why it is remembered like this.
namespace offload {

/// One attempt that is remembered: in which run, when that run began, and how long it took.
struct history_sample {
  std::string run{};     ///< the run's mark: a few letters and digits
  std::int64_t at_ms{};  ///< milliseconds since 1970, the same for all of a run
  double duration{};     ///< seconds

  bool operator==(history_sample const&) const = default;
};

/// Older samples first; between those of one time, an order that does not depend on who asks.
[[nodiscard]] bool is_older(history_sample const& a, history_sample const& b);

/// How an attempt counts in the history.
enum class history_outcome { passed, failed };

/// All that is known of one test. The counters are of all attempts ever, the samples of the newest.
struct test_history {
  std::uint64_t attempts{};
  std::uint64_t failures{};  ///< among the attempts
  std::string last_run{};    ///< the mark of the last run that it took part in
  std::vector<history_sample> passed{};
  std::vector<history_sample> failed{};

  bool operator==(test_history const&) const = default;

  [[nodiscard]] bool knows_run(std::string const& mark) const;
  /// The newest of all its samples; null when it has none.
  [[nodiscard]] history_sample const* newest() const;
};

/// Adds an attempt. Of each outcome the `capacity` newest samples stay, the new one among them.
void add_attempt(test_history& to, history_outcome how, history_sample sample,
                 std::size_t capacity);

/// What two people's histories of a test say together, when nothing else is known: every sample
/// counts once, however often it is seen.
[[nodiscard]] test_history merged(test_history const& ours, test_history const& theirs);

/// The same when both have grown from `base`.
[[nodiscard]] test_history merged(test_history const& base, test_history const& ours,
                                  test_history const& theirs);

/// The least number of samples that a merge keeps of an outcome. One that finds more keeps as many.
inline constexpr std::size_t merge_capacity = 20;

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/history/test_history-inl.hpp>
#endif
