// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/ids.hpp>
#include <offload/core/run_event.hpp>
#include <offload/core/run_record.hpp>
#include <offload/history/history.hpp>

#include <cstddef>
#include <span>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace offload {

/// The results of the last run, for `--failed`. A test in neither set was not part of the run.
///
/// The tests below a file or suite that could not be run have not passed, whatever earlier runs
/// say. When something outside of all tests has failed, no result counts: every test runs again.
struct last_run {
  std::unordered_set<test_id> already_passed{};  ///< passed in all attempts, or skipped
  std::unordered_set<test_id> to_rerun{};        ///< failed, flaky or not run
  std::vector<recorded_test> kept{};  ///< the results of `already_passed`, if it has a record
  bool failed_outside = false;        ///< `already_passed` is empty then
};

[[nodiscard]] last_run last_run_of(run_record const& record);

/// The same from the history: for each test, the last run that included it.
[[nodiscard]] last_run last_run_of(history const& all, std::string_view config_path);

/// How many of its tests that are to run again are not among those of a run.
[[nodiscard]] std::size_t gone_from(std::span<test_record const> tests, last_run const& last);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/history/last_run-inl.hpp>
#endif
