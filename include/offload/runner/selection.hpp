// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/test_case.hpp>
#include <offload/runner/settings.hpp>

#include <vector>

namespace offload {

/// The tests of a run with these settings, of all that were found: what `choose` leaves of them,
/// without those that have already passed.
[[nodiscard]] std::vector<test_case> tests_to_run(std::vector<test_case> found,
                                                  run_settings const& settings);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/runner/selection-inl.hpp>
#endif
