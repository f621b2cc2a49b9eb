// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/scheduler/batch_costs.hpp>

#include <offload/core/inline.hpp>

namespace offload {

OFFLOAD_INLINE void batch_costs::open(schedule_limits const& limits) {
  *this = batch_costs{tuning_};
  bool const is_known = limits.start_up > seconds{} || limits.cost == batch_cost::request;
  of_batch_ = is_known ? limits.start_up : tuning_.unknown_batch;
  of_file_ = limits.file_cost > seconds{} || is_known ? limits.file_cost : tuning_.unknown_file;
  // Two batches with different numbers of files determine both parts.
  auto const weight = (is_known ? tuning_.weight_of_knowledge : tuning_.weight_of_guess) / 2;
  for (double const files : {1.0, 2.0}) { add(weight, files, of_batch_ + files * of_file_); }
}

OFFLOAD_INLINE void batch_costs::handed_out(slot_id slot, std::span<test_index const> tests,
                                            std::size_t files, seconds now) {
  if (tests.empty()) { return; }
  running_[slot].push_back({tests.front(), tests.size(), files, now});
}

OFFLOAD_INLINE void batch_costs::finished(slot_id slot, seconds took, seconds now) {
  auto const found = running_.find(slot);
  if (found == running_.end() || found->second.empty()) { return; }
  auto& batch = found->second.front();
  ++batch.finished;
  batch.took += took;
  if (!are_measured_) { so_far_ = std::max(so_far_, now - batch.since - batch.took); }
}

OFFLOAD_INLINE void batch_costs::ended(slot_id slot, std::span<test_index const> tests,
                                       seconds now) {
  auto const found = running_.find(slot);
  if (found == running_.end() || tests.empty()) { return; }
  auto& batches = found->second;
  auto const it = std::ranges::find(batches, tests.front(), &running_batch::first);
  if (it == batches.end()) { return; }
  auto const batch = *it;
  batches.erase(it);
  for (auto& next : batches) { next.since = std::max(next.since, now); }
  if (batch.finished != batch.tests) { return; }
  auto const files = static_cast<double>(batch.files);
  auto const cost = std::max(seconds{}, now - batch.since - batch.took);
  auto const expected = of_batch_ + files * of_file_ + tuning_.unknown_batch;
  if (are_measured_ && cost > tuning_.accident * expected) { return; }
  are_measured_ = true;
  so_far_ = {};
  add(1, files, cost);
  solve();
}

OFFLOAD_INLINE void batch_costs::add(double weight, double files, seconds cost) {
  weight_ += weight;
  files_ += weight * files;
  files_squared_ += weight * files * files;
  cost_ += weight * cost.count();
  files_cost_ += weight * files * cost.count();
}

OFFLOAD_INLINE void batch_costs::solve() {
  auto const determinant = weight_ * files_squared_ - files_ * files_;
  auto const of_file = std::max(0.0, (weight_ * files_cost_ - files_ * cost_) / determinant);
  auto const of_batch = (cost_ - of_file * files_) / weight_;
  // A part is never negative.
  of_batch_ = seconds{std::max(0.0, of_batch)};
  of_file_ = seconds{of_batch < 0 ? files_cost_ / files_squared_ : of_file};
}

}  // namespace offload
