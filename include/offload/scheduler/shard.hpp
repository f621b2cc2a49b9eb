// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>
#include <offload/core/ids.hpp>
#include <offload/core/test_case.hpp>

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace offload {

/// Part `number`, from 1 on, of `count` parts of a suite: what one machine of several runs.
struct shard {
  std::size_t number = 1;
  std::size_t count = 1;

  bool operator==(shard const&) const = default;
};

/// Reads "2/5".
[[nodiscard]] result<shard> parse_shard(std::string_view text);

/// The constants of `tests_of_shard`. All machines of a run need the same.
struct shard_tuning {
  /// A file that takes longer than this part of a shard is parted. By hand: LPT with pieces of at
  /// most a quarter of a part is at most a quarter above the mean.
  double largest_file = 0.25;
};

/// The tests of the shard, in the order of `tests`.
///
/// The shards are disjoint and complete, and depend on the ids, files, durations and constraints of
/// the tests alone, not on their order: machines that know the same make the same shards. Tests
/// of a unit, and tests that wait for each other or share a lock, stay together. So do tests of a
/// file, as long as that is less than a good part of a shard; a file that takes longer is divided.
/// The longest tests are placed first, in the shard with the least work (LPT).
[[nodiscard]] std::vector<test_index> tests_of_shard(std::span<test_case const> tests, shard which,
                                                     shard_tuning const& tuning = {});

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/scheduler/shard-inl.hpp>
#endif
