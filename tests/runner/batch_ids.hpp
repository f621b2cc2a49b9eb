// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/ids.hpp>
#include <offload/core/time.hpp>

/// Names for tests of the ledger.
namespace offload::testing {

inline constexpr batch_id first{0};
inline constexpr batch_id second{1};
inline constexpr batch_id third{2};
inline constexpr time_point start{};

}  // namespace offload::testing
