// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/nearest.hpp>

#include <offload/core/inline.hpp>

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

namespace offload::text {
namespace nearest_detail {

/// The optimal string alignment distance, by rows: `above` and `above_that` are the two rows before
/// the one being filled.
inline std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> above_that(b.size() + 1);
  std::vector<std::size_t> above(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(above.begin(), above.end(), std::size_t{0});

  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      auto const replaced = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, replaced});
      bool const swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) { row[j] = std::min(row[j], above_that[j - 2] + 1); }
    }
    above_that.swap(above);
    above.swap(row);
  }
  return above[b.size()];
}

}  // namespace nearest_detail

OFFLOAD_INLINE std::optional<std::string_view> nearest(
    std::string_view word, std::span<std::string_view const> candidates) {
  std::optional<std::string_view> best;
  std::size_t best_distance = word.size() <= 3 ? 1 : 2;
  for (auto const candidate : candidates) {
    auto const d = nearest_detail::distance(word, candidate);
    if (d < best_distance || (d == best_distance && !best)) {
      best = candidate;
      best_distance = d;
    }
  }
  return best;
}

}  // namespace offload::text
