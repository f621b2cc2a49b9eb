// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "logs/result_files.hpp"
#include "logs/test_log.hpp"

/// The default output of `offload logs`: one complete block per test.
namespace offload {

/// Appends a test's banner, what its bad attempts say (twins once), which attempts passed, where
/// the attempts took place and what they have left, and an empty line.
void append_text(std::string& to, recorded_test const& entry, result_files const& files = {});

/// The message and output of one attempt, after its name.
[[nodiscard]] std::string text_of(recorded_test const& entry, recorded_attempt const& one,
                                  result_files const& files = {});

/// Where an attempt took place: "sandbox sb-1, batch 3"; empty when the report does not say.
[[nodiscard]] std::string place_of(recorded_attempt const& one);

/// "failed", "errored", "timed out", "passed", ...
[[nodiscard]] std::string_view word_for(outcome ended);

/// A line a test with what it took, its status, its name and the place of its longest attempt; for
/// a limited number of tests, and the number of the others.
[[nodiscard]] std::string duration_lines(test_log const& log, std::size_t most);

/// Appends `line`, unless it is empty, and a line feed if it has none.
void append_line(std::string& to, std::string_view line);

}  // namespace offload
