// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/ids.hpp>

#include <string>
#include <vector>

namespace offload {

/// The kind of worker that a batch needs: any, or a new one that has run no other test.
enum class worker_state { any, fresh };

/// Tests that one command or one request to a worker runs in one sandbox, in this order.
struct batch {
  batch_id id{};
  std::vector<test_id> tests{};
  worker_state wants = worker_state::any;
  /// For each test, the filters of the group for which it runs. Empty where all groups have the
  /// same.
  std::vector<std::string> filters{};

  bool operator==(batch const&) const = default;
};

}  // namespace offload
