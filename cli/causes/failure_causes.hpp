// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Which bad attempts have gone wrong for the same reason, as far as their texts can tell.
///
/// The model: a cause is what was said and where.
///
/// *What was said* is the message, its first lines, or where that tells nothing ("Failed") the
/// lines of the text that do. Numbers, durations, addresses, UUIDs, hexadecimal names, paths of
/// temporary files and quoted ids are made equal.
///
/// *Where* is the innermost frame of the project, as file and function: lines move, and many ways
/// lead to one broken function. Frames of libraries do not count while there is one of the project.
/// The test's own function does not count as the place, since each test would then have its own
/// cause: where a test itself found the value wrong, it is the test's file, or with pytest what the
/// assertion is about ("where 3 = <function price_of ...>").
///
/// It is a guess: two bugs may say the same, and one bug may be seen in several ways.
namespace offload {

/// A bad attempt at a test. The views have to outlive the call only.
struct bad_result {
  std::string_view test{};
  std::string_view message{};
  std::string_view text{};
};

struct failure_cause {
  std::string key{};                   ///< what its members have in common
  std::string handle{};                ///< `c` and 8 hex digits, the same in every run
  std::string message{};               ///< what the first member says, as it was said
  std::string place{};                 ///< "shop.py, in total", "src/lib.rs"; empty: none
  std::size_t tests{};                 ///< different ones among the members
  std::vector<std::size_t> members{};  ///< where they stand in what was given, ascending
};

/// `text` with all that differs from run to run made equal: "took 12.5ms at 0x7f01" becomes
/// "took <time> at <hex>".
[[nodiscard]] std::string normalised(std::string_view text);

/// The causes of all results; those that took most tests first, then by the first test's name. The
/// time is linear in the bytes of the results.
[[nodiscard]] std::vector<failure_cause> causes_of(std::span<bad_result const> results);

}  // namespace offload
