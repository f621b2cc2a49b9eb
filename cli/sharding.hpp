// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>
#include <offload/core/test_case.hpp>
#include <offload/runner/listing.hpp>

#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

namespace offload::cli {

using test_chooser = std::function<std::vector<test_case>(std::vector<test_case>)>;

using known_durations = std::unordered_map<test_id, seconds>;

/// What takes the tests of the part out of all; nothing when `shard` is empty.
///
/// `in_history` is what every machine knows. Durations of the last report are not used: it is
/// another one on each machine, and the parts would neither be disjoint nor complete.
[[nodiscard]] result<test_chooser> chooser_of(std::string const& shard,
                                              known_durations in_history = {});

/// The tests that were found, and are in the part.
[[nodiscard]] std::vector<test_case> chosen_tests(listing const& found, std::string const& shard,
                                                  known_durations in_history);

}  // namespace offload::cli
