// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/config.hpp>
#include <offload/core/test_case.hpp>
#include <offload/runner/listing.hpp>

#include <vector>

namespace offload::cli {

/// The tests of every group on standard output, for people: `tests` are all that were found, or
/// some.
void print_tests_as_text(config const& c, listing const& found,
                         std::vector<test_case> const& tests);

}  // namespace offload::cli
