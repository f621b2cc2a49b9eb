// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/test_case.hpp>
#include <offload/scheduler/concept.hpp>

#include <span>
#include <vector>

namespace offload {

/// The tests as a scheduler sees them; refers to their texts.
[[nodiscard]] std::vector<work_item> work_items(std::span<test_case const> tests);

}  // namespace offload
