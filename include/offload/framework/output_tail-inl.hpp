// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/framework/output_tail.hpp>

#include <offload/core/cut_text.hpp>
#include <offload/core/inline.hpp>
#include <offload/core/trimmed.hpp>

namespace offload {
namespace output_tail_detail {

inline constexpr std::size_t shown_length = 2000;

inline std::string shown_end(std::string_view text) {
  auto const end = text::last_lines_of(text, shown_length);
  return (end.size() < text.size() ? "(truncated) ... " : "") + std::string{end};
}

}  // namespace output_tail_detail

OFFLOAD_INLINE std::string discovery_detail(std::string_view errors, std::string_view output) {
  if (auto const text = text::trimmed(errors); !text.empty()) {
    return output_tail_detail::shown_end(text);
  }
  if (auto const text = text::trimmed(output); !text.empty()) {
    return "(stderr empty, stdout): " + output_tail_detail::shown_end(text);
  }
  return "no output captured";
}

}  // namespace offload
