// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/framework.hpp>
#include <offload/config/group.hpp>
#include <offload/core/artifact.hpp>
#include <offload/core/ids.hpp>
#include <offload/core/secret_mask.hpp>
#include <offload/core/test_case.hpp>
#include <offload/core/time.hpp>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace offload {

/// When a run gives up early.
enum class fail_fast { off, on };

/// What a run is asked to do, whatever its policies.
struct run_settings {
  std::vector<group> groups;
  std::size_t max_parallel = 10;
  seconds batch_timeout{900};
  fail_fast stop_early = fail_fast::off;
  /// When set, a sandbox that has nothing else to do begins the next attempt at a test that has
  /// been running for so long and may fail (speculative execution: Dean and Ghemawat, MapReduce,
  /// 2004).
  std::optional<seconds> retry_ahead_after{};
  worker_lifetime workers = worker_lifetime::run;
  std::size_t max_parallel_collection = 0;  ///< 0: as many as there are processors
  /// Which of the tests that were found are to run; all of them unless set.
  std::function<std::vector<test_case>(std::vector<test_case>)> choose{};
  std::unordered_map<test_id, seconds> durations{};  ///< of earlier runs
  /// How often tests fail, from earlier runs. With `stop_early` likely failures come first.
  std::unordered_map<test_id, double> failure_rates{};
  std::optional<seconds> default_duration{};  ///< of tests while nothing else is known
  /// Tests that need not run, because an earlier run has said what there is to say of them. They
  /// run all the same where one that does run needs them.
  std::unordered_set<test_id> settled{};
  /// What to fetch from the sandboxes after each batch. With a wish, workers do not look ahead.
  artifact_wish artifacts{};
  secret_mask secrets{};  ///< for what is reported, except for what tests say
};

}  // namespace offload
