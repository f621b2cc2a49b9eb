// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/report/terminal.hpp>

#include <offload/core/inline.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <utility>
#include <vector>

namespace offload {
namespace terminal_text_detail {

inline constexpr std::string_view ellipsis = "\xE2\x80\xA6";

struct character {
  std::uint32_t code{};
  std::size_t bytes{};
  bool is_valid{};
};

inline unsigned byte_at(std::string_view text, std::size_t at) {
  return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
}

/// The first character of a text that is not empty. A byte that starts none is one by itself.
inline character first_of(std::string_view text) {
  auto const lead = byte_at(text, 0);
  if (lead < 0x80) { return {lead, 1, true}; }
  character const broken{lead, 1, false};
  if (lead < 0xC2 || lead > 0xF4) { return broken; }
  std::size_t const length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  std::uint32_t code = lead & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    auto const next = byte_at(text, i);
    if ((next & 0xC0U) != 0x80U) { return broken; }
    code = code << 6 | (next & 0x3FU);
  }
  bool const overlong = code < (length == 3 ? 0x800U : length == 4 ? 0x10000U : 0x80U);
  bool const surrogate = code >= 0xD800 && code < 0xE000;
  if (overlong || surrogate || code > 0x10FFFF) { return broken; }
  return {code, length, true};
}

using code_range = std::pair<std::uint32_t, std::uint32_t>;

template <std::size_t N>
bool is_in(code_range const (&ranges)[N], std::uint32_t code) {
  return std::any_of(std::begin(ranges), std::end(ranges),
                     [code](auto const& r) { return r.first <= code && code <= r.second; });
}

inline constexpr code_range wide[] = {{0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3041, 0x4DBF},
                                      {0x4E00, 0xA4CF},   {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},
                                      {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},
                                      {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F7E0, 0x1F7F0},
                                      {0x1F900, 0x1FAFF}, {0x20000, 0x3FFFD}};
/// Emoji among the symbols.
inline constexpr code_range wide_symbols[] = {
    {0x231A, 0x231B}, {0x2329, 0x232A}, {0x23E9, 0x23F3}, {0x25FD, 0x25FE}, {0x2614, 0x2615},
    {0x2648, 0x2653}, {0x267F, 0x267F}, {0x2693, 0x2693}, {0x26A1, 0x26A1}, {0x26AA, 0x26AB},
    {0x26BD, 0x26BE}, {0x26C4, 0x26C5}, {0x26CE, 0x26CE}, {0x26D4, 0x26D4}, {0x26EA, 0x26EA},
    {0x26F2, 0x26F3}, {0x26F5, 0x26F5}, {0x26FA, 0x26FA}, {0x26FD, 0x26FD}, {0x2705, 0x2705},
    {0x270A, 0x270B}, {0x2728, 0x2728}, {0x274C, 0x274C}, {0x274E, 0x274E}, {0x2753, 0x2757},
    {0x2795, 0x2797}, {0x27B0, 0x27B0}, {0x27BF, 0x27BF}, {0x2B1B, 0x2B1C}, {0x2B50, 0x2B50},
    {0x2B55, 0x2B55}};
inline constexpr code_range without_width[] = {
    {0x300, 0x36F}, {0x200B, 0x200D}, {0xFE00, 0xFE0F}, {0x20D0, 0x20FF}};
inline constexpr code_range harmful[] = {{0x7F, 0x9F},     {0x200E, 0x200F}, {0x2028, 0x202E},
                                         {0x2066, 0x2069}, {0xFEFF, 0xFEFF}, {0x61C, 0x61C}};

inline std::size_t width_of(character const& c) {
  if (is_in(without_width, c.code)) { return 0; }
  bool const is_wide = is_in(wide, c.code) || is_in(wide_symbols, c.code);
  return c.is_valid && is_wide ? 2 : 1;
}

inline void append_visible(std::string& to, character const& c, std::string_view bytes) {
  switch (c.code) {
    case '\n': to += "\\n"; return;
    case '\r': to += "\\r"; return;
    case '\t': to += "\\t"; return;
    default: break;
  }
  if (!c.is_valid || c.code < 0x20 || c.code == 0x7F) {
    to += fmt::format("\\x{:02x}", c.code);
  } else if (is_in(harmful, c.code)) {
    to += fmt::format("\\u{:04x}", c.code);
  } else {
    to += bytes;
  }
}

inline std::vector<character> characters_of(std::string_view text) {
  std::vector<character> all;
  while (!text.empty()) {
    all.push_back(first_of(text));
    text.remove_prefix(all.back().bytes);
  }
  return all;
}

/// How many bytes the longest run of whole characters has that fits.
template <class Iterator>
std::size_t bytes_that_fit(Iterator from, Iterator to, std::size_t columns) {
  std::size_t bytes = 0;
  for (; from != to && width_of(*from) <= columns; ++from) {
    columns -= width_of(*from);
    bytes += from->bytes;
  }
  return bytes;
}

}  // namespace terminal_text_detail

OFFLOAD_INLINE std::string terminal::visible(std::string_view text) {
  std::string shown;
  shown.reserve(text.size());
  while (!text.empty()) {
    auto const c = terminal_text_detail::first_of(text);
    terminal_text_detail::append_visible(shown, c, text.substr(0, c.bytes));
    text.remove_prefix(c.bytes);
  }
  return shown;
}

OFFLOAD_INLINE std::size_t terminal::columns_of(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    auto const c = terminal_text_detail::first_of(text);
    columns += terminal_text_detail::width_of(c);
    text.remove_prefix(c.bytes);
  }
  return columns;
}

OFFLOAD_INLINE std::string terminal::truncated(std::string_view text, std::size_t columns,
                                               kept_part kept) {
  if (terminal::columns_of(text) <= columns) { return std::string{text}; }
  if (columns == 0) { return {}; }
  auto const all = terminal_text_detail::characters_of(text);
  if (kept == kept_part::start) {
    auto const bytes = terminal_text_detail::bytes_that_fit(all.begin(), all.end(), columns - 1);
    return std::string{text.substr(0, bytes)}.append(terminal_text_detail::ellipsis);
  }
  auto const bytes = terminal_text_detail::bytes_that_fit(all.rbegin(), all.rend(), columns - 1);
  return std::string{terminal_text_detail::ellipsis}.append(text.substr(text.size() - bytes));
}

OFFLOAD_INLINE std::string terminal::gist(std::string_view text, std::size_t columns) {
  auto const start = text.find_first_not_of(" \t\r\n");
  if (start == text.npos) { return {}; }
  text.remove_prefix(start);
  return terminal::truncated(terminal::visible(text.substr(0, text.find_first_of("\r\n"))),
                             columns);
}

OFFLOAD_INLINE std::string terminal::short_duration(seconds d) {
  auto const milliseconds = std::llround(std::max(0.0, d.count()) * 1000);
  if (milliseconds < 1000) { return fmt::format("{}ms", milliseconds); }
  if (milliseconds < 59'950) {
    return fmt::format("{:.1f}s", static_cast<double>(milliseconds) / 1000);
  }
  auto const whole = (milliseconds + 500) / 1000;
  if (whole < 3600) { return fmt::format("{}m{:02}s", whole / 60, whole % 60); }
  return fmt::format("{}h{:02}m", whole / 3600, whole / 60 % 60);
}

}  // namespace offload
