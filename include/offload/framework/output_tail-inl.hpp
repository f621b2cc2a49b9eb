// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/framework/output_tail.hpp>

#include <offload/core/inline.hpp>
#include <offload/core/trimmed.hpp>

namespace offload {
namespace output_tail_detail {

inline constexpr std::size_t shown_length = 2000;

/// The last part, cut at a line's beginning where there is one, never inside a UTF-8 sequence.
inline std::string shown_end(std::string_view text) {
  if (text.size() <= shown_length) { return std::string{text}; }
  auto end = text.substr(text.size() - shown_length);
  if (auto const line = end.find('\n'); line != std::string_view::npos) {
    end.remove_prefix(line + 1);
  }
  while (!end.empty() && (static_cast<unsigned char>(end.front()) & 0xC0u) == 0x80u) {
    end.remove_prefix(1);
  }
  return "(truncated) ... " + std::string{end};
}

}  // namespace output_tail_detail

OFFLOAD_INLINE std::string discovery_detail(std::string_view errors, std::string_view output) {
  if (auto const text = trimmed(errors); !text.empty()) {
    return output_tail_detail::shown_end(text);
  }
  if (auto const text = trimmed(output); !text.empty()) {
    return "(stderr empty, stdout): " + output_tail_detail::shown_end(text);
  }
  return "no output captured";
}

}  // namespace offload
