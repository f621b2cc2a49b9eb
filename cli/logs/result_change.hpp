// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/outcome.hpp>
#include <offload/core/time.hpp>

#include <optional>

/// How a test's result changes from one run to the next: the rules of `offload logs --since-last`
/// and of the page.
namespace offload {

/// In the order in which they are told. A test has one of the first four at most; besides it may be
/// new or much slower.
enum class change { newly_failing, still_failing, newly_flaky, fixed, added, gone, much_slower };

/// The result of a test in one run. A test that the run does not know is not run.
struct test_result {
  verdict ended = verdict::not_run;
  seconds longest{};  ///< of its attempts
};

/// One of the first four, or nothing that is worth telling. Fixed is what failed before and passes
/// at once; what did not run is neither fixed nor broken.
[[nodiscard]] std::optional<change> change_of(verdict before, verdict now);

/// Whether it passed both times, and takes at least twice as long and half a second more.
[[nodiscard]] bool is_much_slower(test_result const& before, test_result const& now);

}  // namespace offload
