// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/run_event.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "page/page_record.hpp"
#include "page/page_reporter.hpp"
#include "page/run_comparison.hpp"

namespace offload {

/// Failed tests that say the same.
struct page_cause {
  std::string handle;
  std::string message;
  std::string place;
  std::vector<std::size_t> tests;  ///< where they stand in the summary
};

/// The input of a page.
struct page_contents {
  page_record const& record;
  run_summary const& summary;
  page_options const& options;
  std::optional<run_comparison> const& changes;
  std::vector<page_cause> causes{};  ///< filled in by page_file_of
};

/// The bad attempt at a test that came last; nothing when there was none.
[[nodiscard]] page_attempt const* last_bad(std::span<page_attempt const* const> attempts);

/// The attempts at each test of the summary.
[[nodiscard]] std::vector<std::vector<page_attempt const*>> attempts_by_test(
    page_contents const& contents);

/// The whole file.
[[nodiscard]] std::string page_file_of(page_contents contents);

/// `text` with each `{{name}}` replaced; what it is replaced by is not looked at again.
[[nodiscard]] std::string filled(std::string_view text,
                                 std::vector<std::pair<std::string_view, std::string>> const& by);

}  // namespace offload
