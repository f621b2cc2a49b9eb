// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <cstddef>
#include <numeric>
#include <vector>

namespace offload {

/// Disjoint sets of the numbers below `size` (union-find with path halving). At first each is a set
/// of its own.
class union_find {
 public:
  explicit union_find(std::size_t size) : leader_(size) {
    std::iota(leader_.begin(), leader_.end(), std::size_t{0});
  }

  /// The number that stands for the whole set of `one`.
  [[nodiscard]] std::size_t leader(std::size_t one) {
    while (leader_[one] != one) { one = leader_[one] = leader_[leader_[one]]; }
    return one;
  }
  void join(std::size_t a, std::size_t b) { leader_[leader(a)] = leader(b); }

 private:
  std::vector<std::size_t> leader_;
};

}  // namespace offload
