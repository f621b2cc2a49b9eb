// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/test_case.hpp>
#include <offload/runner/settings.hpp>
#include <offload/scheduler/concept.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace offload {

/// The tests as a scheduler sees them; refers to their texts.
[[nodiscard]] std::vector<work_item> work_items(std::span<test_case const> tests);
/// The same in a run with these settings: with how often they fail, where that matters.
[[nodiscard]] std::vector<work_item> work_items(std::span<test_case const> tests, fail_fast early);

/// The sum of the expected durations of the tests; nothing unless all of them are known.
[[nodiscard]] std::optional<seconds> expected_sum(std::span<test_case const> tests);

/// If the groups have different filters, notes at each test those for which it runs: of its groups,
/// the first that has any. All tests of a unit run for those of its first test.
void note_filters(std::span<test_case> tests, std::span<group const> groups);

/// The number of retries that may begin ahead: those of tests that belong to no unit.
[[nodiscard]] std::size_t retries_ahead(std::span<test_case const> tests);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/runner/work_items-inl.hpp>
#endif
