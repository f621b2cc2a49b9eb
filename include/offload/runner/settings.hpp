// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/group.hpp>
#include <offload/core/artifact.hpp>
#include <offload/core/ids.hpp>
#include <offload/core/secret_mask.hpp>
#include <offload/core/test_case.hpp>
#include <offload/core/time.hpp>

#include <cstddef>
#include <functional>
#include <optional>
#include <unordered_set>
#include <vector>

namespace offload {

/// Whether the first test that fails ends the run.
enum class fail_fast { off, on };

/// Whether a sandbox that has nothing else to do begins the next attempt at a test that is still
/// running and may fail (speculative execution: Dean and Ghemawat, MapReduce, 2004).
enum class speculative_retries {
  automatic,  ///< where sandboxes do not share a machine
  off,
  on,
};

[[nodiscard]] constexpr bool speculates(speculative_retries wanted, bool shares_machine) {
  return wanted == speculative_retries::automatic ? !shares_machine
                                                  : wanted == speculative_retries::on;
}

/// The settings of a run that do not depend on its policies.
struct run_settings {
  std::vector<group> groups{{.name = "all"}};
  std::size_t max_parallel = 10;  ///< sandboxes
  seconds batch_timeout{900};
  /// How long a command may take until it is ready to run tests, and a listing until it ends.
  /// Unset: see `start_limit`.
  std::optional<seconds> start_timeout{};
  seconds longest_start{};  ///< of a command or a listing in earlier runs, as far as it is known
  /// The cost of a batch besides its tests and its files, and that of each file in it, in earlier
  /// runs; zero if unknown. They count where batches start commands.
  seconds batch_cost{};
  seconds file_cost{};
  fail_fast stop_early = fail_fast::off;
  speculative_retries speculation = speculative_retries::automatic;
  seconds speculative_retry_after{1};       ///< how long the test has been running by then
  std::size_t max_parallel_collection = 0;  ///< 0: as many as there are processors
  /// Chooses the tests that run, of all that were found; all of them unless set.
  std::function<std::vector<test_case>(std::vector<test_case>)> choose{};
  /// Tests that passed in an earlier run. They run only where a test that does run needs them.
  std::unordered_set<test_id> already_passed{};
  /// The artifacts to fetch from the sandboxes after each batch. Workers do not look ahead then.
  artifact_wish artifacts{};
  /// How long a scheduler may hand out no test while all sandboxes wait and some tests have no
  /// verdict. After that the run is stopped: it would never end.
  seconds longest_stall{10};
  secret_mask secrets{};  ///< for what is reported, except for what tests say
};

}  // namespace offload
