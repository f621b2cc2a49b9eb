// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>
#include <offload/core/ids.hpp>
#include <offload/core/test_case.hpp>
#include <offload/core/time.hpp>
#include <offload/scheduler/shard.hpp>

#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace offload::cli {

using test_chooser = std::function<std::vector<test_case>(std::vector<test_case>)>;

/// Makes the function that selects the tests of the part. It is empty when there is no part.
///
/// `durations` must be the same on every machine, or the parts are not disjoint and complete. The
/// durations of the last report differ from machine to machine, so they are not used.
[[nodiscard]] test_chooser chooser_of(std::optional<shard> part,
                                      std::unordered_map<test_id, seconds> durations);

}  // namespace offload::cli
