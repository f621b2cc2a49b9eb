// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/ids.hpp>
#include <offload/core/time.hpp>
#include <offload/scheduler/batch_costs_tuning.hpp>
#include <offload/scheduler/concept.hpp>

#include <algorithm>
#include <cstddef>
#include <map>
#include <span>
#include <vector>

namespace offload {

/// The cost of batches besides their tests: a part of each batch, and a part of each file that is
/// loaded in it. Both are learned while the run goes on, from the time that batches take and their
/// tests do not: linear least squares with two unknowns, drawn to what is known before (ridge
/// regression: Hoerl and Kennard 1970).
class batch_costs {
 public:
  batch_costs() = default;
  explicit batch_costs(batch_costs_tuning const& tuning) : tuning_{tuning} {}

  /// `start_up` and `file_cost` of the limits are the known costs; zero: not known.
  void open(schedule_limits const& limits);
  /// A slot got these tests of `files` files. Its batches run one after the other.
  void handed_out(slot_id slot, std::span<test_index const> tests, std::size_t files, seconds now);
  void finished(slot_id slot, seconds took, seconds now);
  /// Ignores batches that were not handed out, or that lack a result.
  void ended(slot_id slot, std::span<test_index const> tests, seconds now);

  [[nodiscard]] seconds of_batch() const { return std::max(of_batch_, so_far_); }
  [[nodiscard]] seconds of_file() const { return of_file_; }
  /// The largest cost of a file that explains the measurements: batches themselves cost nothing.
  [[nodiscard]] seconds most_of_file() const { return seconds{cost_ / files_}; }
  /// Whether a batch has ended.
  [[nodiscard]] bool are_measured() const { return are_measured_; }

 private:
  struct running_batch {
    test_index first{};
    std::size_t tests{};
    std::size_t files{};
    seconds since{};
    std::size_t finished = 0;
    seconds took{};
  };

  void add(double weight, double files, seconds cost);
  void solve();

  batch_costs_tuning tuning_;
  std::map<slot_id, std::vector<running_batch>> running_;
  seconds of_batch_{};
  seconds of_file_{};
  seconds so_far_{};  ///< the cost of a batch that goes on, until one has ended
  bool are_measured_ = false;
  // The normal equations: weighted sums over batches.
  double weight_{};
  double files_{};
  double files_squared_{};
  double cost_{};
  double files_cost_{};
};

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/scheduler/batch_costs-inl.hpp>
#endif
