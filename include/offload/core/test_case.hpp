// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/ids.hpp>
#include <offload/core/time.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace offload {

/// Where a test is written. `file` is relative to the project and may be empty; `line` counts from
/// 1, 0 means unknown.
struct source_place {
  std::string file{};
  unsigned line{};

  bool operator==(source_place const&) const = default;
};

/// Whether a test may share a batch with others.
enum class batching { shared, alone };

/// Whether other tests may run on the same machine at the same time.
enum class exclusivity { shared, exclusive };

/// What a test asks of the other tests of a run, where sandboxes share a machine and its files.
struct test_constraints {
  std::vector<std::string> locks{};  ///< no two tests that name the same lock run at once
  exclusivity machine = exclusivity::shared;
  std::vector<test_id> after{};  ///< it runs when these have their verdicts, whatever they are
  std::vector<test_id> needs{};  ///< the same, and if one of them fails it is not run at all

  bool operator==(test_constraints const&) const = default;
};

/// The smallest thing with an outcome, as the run sees it: one record per id, however many groups
/// selected it.
struct test_case {
  test_id id{};
  std::vector<std::string> groups{};  ///< names of the groups that selected it, in their order
  source_place place{};
  unsigned retries{};  ///< attempts allowed after the first
  batching together = batching::shared;
  std::optional<seconds> expected{};     ///< duration by earlier runs, when known
  std::optional<double> failure_rate{};  ///< of attempts by earlier runs, from 0 to 1, when known
  std::shared_ptr<test_constraints const> constraints{};  ///< nothing: there are none
};

}  // namespace offload
