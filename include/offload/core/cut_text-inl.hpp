// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/cut_text.hpp>

#include <offload/core/inline.hpp>
#include <offload/core/trimmed.hpp>

#include <fmt/core.h>

namespace offload::text {
namespace cut_text_detail {

/// Of a text that is not UTF-8, any number of bytes may look like this; of a character, three at
/// most.
inline constexpr int most_continuations = 3;

inline bool continues(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

}  // namespace cut_text_detail

OFFLOAD_INLINE std::string_view head_of(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) { return text; }
  for (int i = 0; i < cut_text_detail::most_continuations && bytes > 0 &&
                  cut_text_detail::continues(text[bytes]);
       ++i) {
    --bytes;
  }
  return text.substr(0, bytes);
}

OFFLOAD_INLINE std::string_view tail_of(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) { return text; }
  text.remove_prefix(text.size() - bytes);
  for (int i = 0; i < cut_text_detail::most_continuations && !text.empty() &&
                  cut_text_detail::continues(text.front());
       ++i) {
    text.remove_prefix(1);
  }
  return text;
}

OFFLOAD_INLINE std::string first_line_of(std::string_view text, std::size_t bytes) {
  return std::string{head_of(text.substr(0, text.find('\n')), bytes)};
}

OFFLOAD_INLINE std::string_view last_line_of(std::string_view text) {
  auto const said = trimmed(text);
  return trimmed(said.substr(said.rfind('\n') + 1));
}

OFFLOAD_INLINE std::string_view first_lines_of(std::string_view text, std::size_t bytes) {
  auto const head = head_of(text, bytes);
  if (head.size() == text.size()) { return head; }
  auto const line = head.rfind('\n');
  return line == head.npos ? head : head.substr(0, line + 1);
}

OFFLOAD_INLINE std::string_view last_lines_of(std::string_view text, std::size_t bytes) {
  auto const tail = tail_of(text, bytes);
  if (tail.size() == text.size()) { return tail; }
  auto const line = tail.find('\n');
  return line == tail.npos || line + 1 == tail.size() ? tail : tail.substr(line + 1);
}

OFFLOAD_INLINE std::string with_gap(std::string_view head, std::size_t left_out,
                                    std::string_view tail) {
  return fmt::format("{}{}[... {} bytes left out ...]{}{}", head,
                     head.empty() || head.ends_with('\n') ? "" : "\n", left_out,
                     tail.empty() ? "" : "\n", tail);
}

OFFLOAD_INLINE std::string two_ends(std::string_view text, std::size_t most) {
  constexpr std::size_t room_of_gap = 64;
  bool const was_cut = text.size() <= most + room_of_gap &&
                       text.find(" bytes left out ...]\n") != std::string_view::npos;
  if (text.size() <= most || was_cut) { return std::string{text}; }
  auto const head = head_of(text, most / 2);
  auto const tail = tail_of(text, most / 2);
  return with_gap(head, text.size() - head.size() - tail.size(), tail);
}

}  // namespace offload::text
