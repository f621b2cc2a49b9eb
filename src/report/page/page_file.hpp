// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/run_event.hpp>
#include <offload/report/page_record.hpp>
#include <offload/report/page_reporter.hpp>
#include <offload/report/run_comparison.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace offload {

/// What a page is made from.
struct page_contents {
  page_record const& record;
  run_summary const& summary;
  page_options const& options;
  std::optional<run_comparison> const& changes;
};

/// The whole file.
[[nodiscard]] std::string page_file_of(page_contents const& contents);

/// `text` with each `{{name}}` replaced; what it is replaced by is not looked at again.
[[nodiscard]] std::string filled(std::string_view text,
                                 std::vector<std::pair<std::string_view, std::string>> const& by);

}  // namespace offload
