// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/history/fixed_costs.hpp>

#include <offload/core/inline.hpp>

#include <algorithm>
#include <numeric>
#include <string>

namespace offload {

OFFLOAD_INLINE std::string_view to_string(cost_kind kind) {
  switch (kind) {
    case cost_kind::listing: return "listing";
    case cost_kind::sandbox_start: return "sandbox start";
    case cost_kind::worker_start: return "worker start";
    case cost_kind::next_batch: return "next batch";
    case cost_kind::next_file: return "next file";
    case cost_kind::next_test: return "next test";
  }
  return {};
}

OFFLOAD_INLINE history_key cost_key_of(std::string_view config_path, cost_kind kind) {
  return history_key_of(std::string{config_path} + " (costs)",
                        test_id{std::string{to_string(kind)}});
}

OFFLOAD_INLINE std::vector<seconds> evenly_spread(std::vector<seconds> of, std::size_t most) {
  std::ranges::sort(of);
  if (of.size() <= most) { return of; }
  // In place: the middle of a part is never before the part's own number.
  for (std::size_t part = 0; part < most; ++part) {
    of[part] = of[(2 * part + 1) * of.size() / (2 * most)];
  }
  of.resize(most);
  return of;
}

OFFLOAD_INLINE fixed_costs::fixed_costs(history const& all, std::string_view config_path) {
  for (auto const kind : all_cost_kinds) {
    auto const* known = all.find(cost_key_of(config_path, kind));
    if (known == nullptr) { continue; }
    auto& samples = samples_[static_cast<std::size_t>(kind)];
    for (auto const& sample : known->passed) { samples.push_back(seconds{sample.duration}); }
    std::ranges::sort(samples);
  }
}

OFFLOAD_INLINE bool fixed_costs::tell_of_starts() const {
  return !samples(cost_kind::sandbox_start).empty() && !samples(cost_kind::worker_start).empty();
}

OFFLOAD_INLINE seconds fixed_costs::mean(cost_kind kind) const {
  auto const& all = samples(kind);
  if (all.empty()) { return {}; }
  return std::accumulate(all.begin(), all.end(), seconds{}) / static_cast<double>(all.size());
}

OFFLOAD_INLINE seconds fixed_costs::of_batch() const {
  // Where each sandbox has run one batch, the first one tells as much.
  auto const kind =
      samples(cost_kind::next_batch).empty() ? cost_kind::worker_start : cost_kind::next_batch;
  return std::max(seconds{}, mean(kind) - of_file());
}

OFFLOAD_INLINE seconds fixed_costs::of_file() const {
  return std::max(seconds{}, mean(cost_kind::next_file) - mean(cost_kind::next_test));
}

OFFLOAD_INLINE seconds fixed_costs::longest_start() const {
  seconds longest{};
  for (auto const kind : {cost_kind::listing, cost_kind::worker_start}) {
    if (auto const& sorted = samples(kind); !sorted.empty()) {
      longest = std::max(longest, sorted.back());
    }
  }
  return longest;
}

}  // namespace offload
