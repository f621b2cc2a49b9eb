// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>
#include <offload/core/test_case.hpp>
#include <offload/runner/listing.hpp>

#include <functional>
#include <string>
#include <vector>

namespace offload::cli {

using test_chooser = std::function<std::vector<test_case>(std::vector<test_case>)>;

/// What takes the tests of the part out of all; nothing when `shard` is empty.
///
/// Durations from the last report are not used: it is another one on each machine, and the parts
/// would neither be disjoint nor complete.
[[nodiscard]] result<test_chooser> chooser_of(std::string const& shard);

/// The tests that were found, and are in the part.
[[nodiscard]] std::vector<test_case> chosen_tests(listing const& found, std::string const& shard);

}  // namespace offload::cli
