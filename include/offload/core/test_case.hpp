// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/ids.hpp>
#include <offload/core/time.hpp>

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

/// The smallest thing with an outcome, as the run sees it: one record per id, however many groups
/// selected it.
struct test_case {
  test_id id{};
  std::vector<std::string> groups{};  ///< names of the groups that selected it, in their order
  source_place place{};
  unsigned retries{};  ///< attempts allowed after the first
  batching together = batching::shared;
  std::optional<seconds> expected{};  ///< from earlier runs, when known
};

}  // namespace offload
