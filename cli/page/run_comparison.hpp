// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/ids.hpp>
#include <offload/core/run_event.hpp>
#include <offload/core/run_record.hpp>
#include <offload/core/time.hpp>

#include <span>
#include <unordered_map>
#include <vector>

#include "logs/result_change.hpp"

/// The changes between two runs of a suite.
namespace offload {

using earlier_results = std::unordered_map<test_id, test_result>;

[[nodiscard]] earlier_results earlier_results_of(run_record const& before);

/// Whether a run was for the whole suite. If not, a test that it does not know is not gone.
enum class run_extent { all_tests, some_tests };

struct slower_test {
  test_index test{};
  seconds before{};
  seconds now{};

  bool operator==(slower_test const&) const = default;
};

/// The tests of each `change` in the order of the run; slower ones by the time they cost.
struct run_comparison {
  std::vector<test_index> newly_failing{};  ///< new ones that fail among them
  std::vector<test_index> still_failing{};
  std::vector<test_index> newly_flaky{};
  std::vector<test_index> fixed{};
  std::vector<test_index> added{};
  std::vector<test_id> gone{};        ///< by name
  std::vector<slower_test> slower{};  ///< much slower

  bool operator==(run_comparison const&) const = default;
};

[[nodiscard]] run_comparison compare(earlier_results const& before,
                                     std::span<test_record const> now, run_extent extent);

}  // namespace offload
