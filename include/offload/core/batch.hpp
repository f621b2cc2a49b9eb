// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/ids.hpp>

#include <vector>

namespace offload {

/// Tests that one command, or one request to a worker, runs in one sandbox, in this order.
struct batch {
  batch_id id{};
  std::vector<test_id> tests{};

  bool operator==(batch const&) const = default;
};

}  // namespace offload
