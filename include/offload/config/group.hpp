// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/test_case.hpp>

#include <string>

namespace offload {

/// The user's `[groups.NAME]`: its tests, and how failed ones are retried.
struct group {
  std::string name{};
  unsigned retry_count{};                ///< attempts allowed after the first
  std::string filters{};                 ///< in the framework's own syntax; empty selects all
  batching together = batching::shared;  ///< `schedule_individual = true` is `alone`

  bool operator==(group const&) const = default;
};

}  // namespace offload
