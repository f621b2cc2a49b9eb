// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/test_case.hpp>
#include <offload/runner/listing.hpp>
#include <offload/runner/settings.hpp>

#include <vector>

namespace offload {

/// The tests of this run, of those that were found, with what they are expected to take.
[[nodiscard]] std::vector<test_case> tests_to_run(listing const& found,
                                                  run_settings const& settings);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/runner/selection-inl.hpp>
#endif
