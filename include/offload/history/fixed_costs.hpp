// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/time.hpp>
#include <offload/history/history.hpp>

#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

/// The costs of runs besides their tests. The model, from the first recorded run on:
///
/// - The history has one line for each kind of cost, like that of a test that always passes, but of
///   a configuration that no test has: `["offload.toml (costs)","sandbox start"]`. So costs are
///   merged, limited to `reservoir_size` and read by older versions in the same way as tests.
/// - A run adds at most `samples_of_a_run` samples of a kind, evenly spread over its measurements.
///   With five, these are the quantiles 0.1, 0.3, ... 0.9. So the history keeps both the median and
///   the spread, and a run with 500 sandboxes counts as much as a run with five.
/// - A prediction has the distribution of all samples in the history, which are those of the
///   newest four runs or so.
namespace offload {

enum class cost_kind {
  listing,        ///< from the start of a run until all of its tests are known
  sandbox_start,  ///< until a sandbox has been created
  worker_start,   ///< from there, or from its first batch if that is later, to its first test
  next_batch,     ///< from the last test of a batch to the first test of the next batch
  next_file,      ///< within a batch: between tests of different files
  next_test,      ///< within a batch: between tests of the same file
};
inline constexpr std::array all_cost_kinds{cost_kind::listing,      cost_kind::sandbox_start,
                                           cost_kind::worker_start, cost_kind::next_batch,
                                           cost_kind::next_file,    cost_kind::next_test};

/// The name in the history, such as "sandbox start".
[[nodiscard]] std::string_view to_string(cost_kind kind);

/// The key of this kind of cost in the history.
[[nodiscard]] history_key cost_key_of(std::string_view config_path, cost_kind kind);

inline constexpr std::size_t samples_of_a_run = 5;

/// Selects at most `most` of the durations, evenly spread; sorted.
[[nodiscard]] std::vector<seconds> evenly_spread(std::vector<seconds> of, std::size_t most);

/// The costs of earlier runs of one configuration.
class fixed_costs {
 public:
  fixed_costs(history const& all, std::string_view config_path);

  /// Whether the time until a sandbox runs its first test is known.
  [[nodiscard]] bool tell_of_starts() const;
  /// The measured durations of this kind, sorted; empty if there are none.
  [[nodiscard]] std::vector<seconds> const& samples(cost_kind kind) const {
    return samples_[static_cast<std::size_t>(kind)];
  }
  /// The mean of the samples; zero if there are none.
  [[nodiscard]] seconds mean(cost_kind kind) const;
  /// The cost of a batch besides its tests and its files, and that of each file in it; zero if
  /// unknown.
  [[nodiscard]] seconds of_batch() const;
  [[nodiscard]] seconds of_file() const;
  /// The longest start of a worker, or listing; zero if none is known.
  [[nodiscard]] seconds longest_start() const;

 private:
  std::array<std::vector<seconds>, all_cost_kinds.size()> samples_;
};

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/history/fixed_costs-inl.hpp>
#endif
