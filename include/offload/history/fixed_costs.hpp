// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/time.hpp>
#include <offload/history/history.hpp>

#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

/// What runs cost besides their tests. The model, from the first recorded run on:
///
/// - There is a line of the history for each kind of cost, like that of a test that always passes,
///   but of a configuration that no test has: `["offload.toml (costs)","sandbox start"]`. So they
///   are merged, kept within `reservoir_size` and read by older versions as tests are.
/// - A run leaves at most `samples_of_a_run` samples of a kind, evenly spread over what it has
/// seen:
///   with five, those that a tenth, three tenths ... nine tenths are shorter than. So both its
///   middle and its spread are remembered, and a run with 500 sandboxes counts as much as one with
///   five.
/// - What is expected is spread as all samples that are kept: of some four runs, the newest.
namespace offload {

enum class cost_kind {
  listing,        ///< from the start of a run until all of its tests are known
  sandbox_start,  ///< until a sandbox is made
  worker_start,   ///< from there, or from when it is given some, to its first test
  next_batch,     ///< from the last test of a batch to the first of the next one
  next_file,      ///< within a batch: from a test to one of another file
  next_test,      ///< within a batch: from a test to one of the same file
};
inline constexpr std::array all_cost_kinds{cost_kind::listing,      cost_kind::sandbox_start,
                                           cost_kind::worker_start, cost_kind::next_batch,
                                           cost_kind::next_file,    cost_kind::next_test};

/// As the history calls it: "sandbox start".
[[nodiscard]] std::string_view to_string(cost_kind kind);

/// Under which key the history keeps it.
[[nodiscard]] history_key cost_key_of(std::string_view config_path, cost_kind kind);

inline constexpr std::size_t samples_of_a_run = 5;

/// So many of them at most, evenly spread; sorted.
[[nodiscard]] std::vector<seconds> evenly_spread(std::vector<seconds> of, std::size_t most);

/// What earlier runs of one configuration tell of its costs.
class fixed_costs {
 public:
  fixed_costs(history const& all, std::string_view config_path);

  /// Whether it is known until when a sandbox runs its first test.
  [[nodiscard]] bool tell_of_starts() const;
  /// What the kind took, sorted; empty when nothing is known of it.
  [[nodiscard]] std::vector<seconds> const& samples(cost_kind kind) const {
    return samples_[static_cast<std::size_t>(kind)];
  }
  /// Their mean; zero when nothing is known.
  [[nodiscard]] seconds mean(cost_kind kind) const;

 private:
  std::array<std::vector<seconds>, all_cost_kinds.size()> samples_;
};

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/history/fixed_costs-inl.hpp>
#endif
