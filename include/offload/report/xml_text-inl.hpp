// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/report/xml_text.hpp>

#include <offload/core/inline.hpp>
#include <offload/core/utf8.hpp>

#include <fmt/core.h>

#include <cstddef>

namespace offload {
namespace xml_text_detail {

/// How many bytes the character at the start of `text` has, which is not ASCII; 0 if XML has no
/// such character.
inline std::size_t length_of_character(std::string_view text) {
  bool const forbidden = text.starts_with("\xEF\xBF\xBE") || text.starts_with("\xEF\xBF\xBF");
  return forbidden ? 0 : text::utf8_length(text);
}

/// How many bytes the terminal sequence (`ESC [ 3 1 m`) at the start of `text` has; 0 if none.
inline std::size_t length_of_colour(std::string_view text) {
  if (!text.starts_with("\x1b[")) { return 0; }
  auto const end = text.find_first_not_of("0123456789;:?", 2);
  return end != text.npos && text[end] >= '@' && text[end] <= '~' ? end + 1 : 0;
}

/// The reference that replaces an ASCII character; empty if the character is written unchanged.
inline std::string_view escape_of(char c, xml_use use) {
  if (use == xml_use::plain) { return c == '\r' ? "\r" : ""; }
  bool const in_attribute = use != xml_use::text;
  switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '\r': return "&#13;";
    case '"': return in_attribute ? "&quot;" : "";
    case '\'': return in_attribute ? "&apos;" : "";
    case '\n': return in_attribute ? "&#10;" : "";
    case '\t': return in_attribute ? "&#9;" : "";
    default: return "";
  }
}

/// Appends what the first character of `text` becomes, and returns its length.
inline std::size_t append_character(std::string& to, std::string_view text, xml_use use) {
  auto const lead = static_cast<unsigned char>(text.front());
  if (lead >= 0x80) {
    auto const length = length_of_character(text);
    to += length == 0 ? text::utf8_replacement : text.substr(0, length);
    return length == 0 ? 1 : length;
  }
  auto const colour = use == xml_use::name ? 0 : length_of_colour(text);
  if (colour > 0) { return colour; }
  if (auto const escape = escape_of(text.front(), use); !escape.empty()) {
    to += escape;
  } else if (lead < 0x20 && lead != '\n' && lead != '\t') {
    to += fmt::format("\\x{:02x}", lead);
  } else {
    to += text.front();
  }
  return 1;
}

inline bool is_plain(char c) {
  return c >= ' ' && c < 0x7F && c != '&' && c != '<' && c != '>' && c != '"' && c != '\'';
}

}  // namespace xml_text_detail

OFFLOAD_INLINE void append_xml(std::string& to, std::string_view text, xml_use use) {
  while (!text.empty()) {
    std::size_t plain = 0;
    while (plain < text.size() && xml_text_detail::is_plain(text[plain])) { ++plain; }
    to += text.substr(0, plain);
    text.remove_prefix(plain);
    if (!text.empty()) { text.remove_prefix(xml_text_detail::append_character(to, text, use)); }
  }
}

}  // namespace offload
