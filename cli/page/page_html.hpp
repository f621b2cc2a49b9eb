// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <string>
#include <string_view>

#include "page/page_file.hpp"

namespace offload {

/// The result of the run in a few words: "3 tests failed".
[[nodiscard]] std::string headline(run_summary const& summary);

/// "failed", "incomplete", "flaky", "passed" or "empty": what colours the page.
[[nodiscard]] std::string_view page_outcome(run_summary const& summary);

/// The parts of the page that are read without its script: the head with the counts, and the
/// sections before and after the timeline. Their length is bounded, however many tests there are.
[[nodiscard]] std::string page_head(page_contents const& contents);
[[nodiscard]] std::string page_findings(page_contents const& contents);
[[nodiscard]] std::string page_slowest(page_contents const& contents);

}  // namespace offload
