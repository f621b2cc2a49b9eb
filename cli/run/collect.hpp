// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/config.hpp>
#include <offload/core/test_case.hpp>
#include <offload/runner/listing.hpp>

#include <vector>

namespace offload::cli {

/// The tests of every group on standard output, for people.
void print_tests_as_text(config const& c, std::vector<test_case> const& tests);

}  // namespace offload::cli
