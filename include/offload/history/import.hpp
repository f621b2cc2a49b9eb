// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>
#include <offload/core/junit.hpp>
#include <offload/history/history.hpp>
#include <offload/history/recorder.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace offload {

/// Reads what another tool knows of tests: a JUnit report, or the `.test_durations` of pytest-split
/// (a JSON object of seconds by test id, or a list of pairs), told apart by their contents. A case
/// without a class is named by the id of its test.
[[nodiscard]] result<junit_document> read_timings(std::string_view text);

/// The run that a file stands for: its mark is made of the contents, so that a file that is
/// imported twice is known the second time.
[[nodiscard]] history_run imported_run(std::string_view contents, std::int64_t at_ms);

/// Adds an attempt for each case, whose `name` has to be the id of its test. Leaves out skipped
/// tests, cases without a time, and tests that know the run already. Returns how many were added.
std::size_t add_imported(history& to, std::string_view config_path,
                         std::span<junit_case const> cases, history_run const& run,
                         std::size_t capacity);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/history/import-inl.hpp>
#endif
