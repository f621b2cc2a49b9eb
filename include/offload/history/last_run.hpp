// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/ids.hpp>
#include <offload/core/junit.hpp>
#include <offload/history/history.hpp>

#include <string_view>
#include <unordered_set>

namespace offload {

/// What the last run says of its tests, for running again what it left open. A test that is in
/// neither set did not take part.
struct last_run {
  std::unordered_set<test_id> settled{};  ///< passed in all attempts, or were skipped
  std::unordered_set<test_id> open{};     ///< failed, were flaky or were not run
};

[[nodiscard]] last_run last_run_of(junit_document const& report);

/// The same from the history: of each test, the last run that it took part in.
[[nodiscard]] last_run last_run_of(history const& all, std::string_view config_path);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/history/last_run-inl.hpp>
#endif
