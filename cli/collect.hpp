// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/config.hpp>
#include <offload/runner/listing.hpp>

namespace offload::cli {

/// The tests of every group on standard output, for people.
void print_tests_as_text(config const& c, listing const& found);

}  // namespace offload::cli
