// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/test_case.hpp>
#include <offload/runner/settings.hpp>

#include <span>
#include <unordered_set>
#include <vector>

namespace offload {

/// The tests of a run with these settings, of all that were found: what `choose` leaves of them,
/// without those that have already passed.
[[nodiscard]] std::vector<test_case> tests_to_run(std::vector<test_case> found,
                                                  run_settings const& settings);

/// The ids of all tests that were found, where a run with these settings may leave some of them
/// out; otherwise none.
[[nodiscard]] std::unordered_set<test_id> ids_beyond_run(std::span<test_case const> found,
                                                         run_settings const& settings);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/runner/selection-inl.hpp>
#endif
