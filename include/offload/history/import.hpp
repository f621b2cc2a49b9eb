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

/// Reads test results of another tool: a JUnit report, or the `.test_durations` of pytest-split (a
/// JSON object of seconds by test id, or a list of pairs). The contents decide which format it is.
/// The name of a case without a class is the id of its test.
[[nodiscard]] result<junit_document> read_timings(std::string_view text);

/// The run that represents a file. Its mark is a hash of the contents, so that a second import of
/// the same file is detected.
[[nodiscard]] history_run imported_run(std::string_view contents, std::int64_t at_ms);

/// Adds an attempt for each case, whose `name` must be the id of its test. Ignores skipped tests,
/// cases without a time, and tests that already have this run. Returns the number of added
/// attempts.
std::size_t add_imported(history& to, std::string_view config_path,
                         std::span<junit_case const> cases, history_run const& run,
                         std::size_t capacity);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/history/import-inl.hpp>
#endif
