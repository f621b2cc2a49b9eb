// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/xml_scanner.hpp>

#include <offload/core/inline.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace offload {
namespace xml_scanner_detail {

inline constexpr std::string_view cdata_begin = "<![CDATA[";
inline constexpr std::string_view cdata_end = "]]>";
inline constexpr std::string_view replacement = "\xEF\xBF\xBD";

inline bool starts_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':' ||
         static_cast<unsigned char>(c) >= 0x80;
}

struct character_reference {
  std::uint32_t code{};
  std::size_t length{};
};

/// The reference (`&#10;`, `&#xA;`) that `text` starts with, if it is well-formed.
inline std::optional<character_reference> reference_at(std::string_view text) {
  if (!text.starts_with("&#")) { return {}; }
  bool const hex = text.size() > 2 && (text[2] == 'x' || text[2] == 'X');
  auto const* const first = text.data() + (hex ? 3 : 2);
  auto const* const last = text.data() + text.size();
  if (first >= last) { return {}; }
  std::uint32_t code{};
  auto const [end, failure] = std::from_chars(first, last, code, hex ? 16 : 10);
  if (failure == std::errc::invalid_argument || end == last || *end != ';') { return {}; }
  if (failure != std::errc{}) { code = 0; }
  return character_reference{code, static_cast<std::size_t>(end + 1 - text.data())};
}

inline void append_utf8(std::string& to, std::uint32_t code) {
  auto const put = [&](std::uint32_t byte) { to += static_cast<char>(byte); };
  if (code < 0x800) {
    put(0xC0 | code >> 6);
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3F));
  } else {
    put(0xF0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3F));
    put(0x80 | (code >> 6 & 0x3F));
  }
  put(0x80 | (code & 0x3F));
}

inline bool is_high_surrogate(std::uint32_t code) { return code >= 0xD800 && code < 0xDC00; }
inline bool is_low_surrogate(std::uint32_t code) { return code >= 0xDC00 && code < 0xE000; }

/// Whether `text` starts with one of the five references that XML defines.
inline bool is_named_reference(std::string_view text) {
  for (std::string_view const known : {"&lt;", "&gt;", "&amp;", "&quot;", "&apos;"}) {
    if (text.starts_with(known)) { return true; }
  }
  return false;
}

/// Appends what the `&` at the start of `text` stands for, and returns how much of it that took.
inline std::size_t append_reference(std::string& to, std::string_view text) {
  auto const first = reference_at(text);
  if (!first) {
    // tinyxml2 would look for the `;` in all that follows, and does not move a single `&` to its
    // place behind a reference.
    to += is_named_reference(text) ? "&" : "&amp;";
    return 1;
  }
  if (first->code > 0 && first->code < 0x80) {
    to += fmt::format("&#{};", first->code);
    return first->length;
  }
  if (is_high_surrogate(first->code)) {
    auto const second = reference_at(text.substr(first->length));
    if (second && is_low_surrogate(second->code)) {
      append_utf8(to, 0x10000 + ((first->code - 0xD800) << 10) + (second->code - 0xDC00));
      return first->length + second->length;
    }
  }
  bool const exists = first->code >= 0x80 && first->code <= 0x10FFFF &&
                      !is_high_surrogate(first->code) && !is_low_surrogate(first->code);
  if (exists) {
    append_utf8(to, first->code);
  } else {
    to += replacement;
  }
  return first->length;
}

inline void append_without_nul(std::string& to, std::string_view text) {
  for (auto nul = text.find('\0'); nul != text.npos; nul = text.find('\0')) {
    to += text.substr(0, nul);
    to += replacement;
    text.remove_prefix(nul + 1);
  }
  to += text;
}

}  // namespace xml_scanner_detail

OFFLOAD_INLINE std::optional<xml_tag> xml_scanner::next() {
  while (true) {
    at_ = text_.find('<', at_);
    if (at_ == text_.npos) {
      at_ = text_.size();
      return {};
    }
    auto const rest = text_.substr(at_);
    if (rest.starts_with("<!--")) {
      if (!skip_past("-->", 4)) { return {}; }
    } else if (rest.starts_with(xml_scanner_detail::cdata_begin)) {
      if (!skip_past(xml_scanner_detail::cdata_end, xml_scanner_detail::cdata_begin.size())) {
        return {};
      }
    } else if (rest.starts_with("<?")) {
      if (!skip_past("?>", 2)) { return {}; }
    } else if (rest.starts_with("<!")) {
      if (!skip_declaration()) { return {}; }
    } else if (rest.size() == 1 || rest[1] == '/' || xml_scanner_detail::starts_name(rest[1])) {
      return read_tag();
    } else {
      ++at_;  // a `<` that somebody forgot to escape
    }
  }
}

OFFLOAD_INLINE std::optional<xml_tag> xml_scanner::read_tag() {
  auto const begin = at_;
  bool const closing = text_.substr(begin).starts_with("</");
  auto const name_begin = begin + (closing ? 2 : 1);
  auto end = text_.find_first_of("\"'>", name_begin);
  while (end != text_.npos && text_[end] != '>') {
    auto const quote_end = text_.find(text_[end], end + 1);
    end = quote_end == text_.npos ? quote_end : text_.find_first_of("\"'>", quote_end + 1);
  }
  if (end == text_.npos) {
    cut_ = true;
    at_ = text_.size();
    return {};
  }
  at_ = end + 1;
  auto name = text_.substr(name_begin, end - name_begin);
  bool const empty = !closing && name.ends_with('/');
  name = name.substr(0, name.find_first_of(" \t\r\n/"));
  if (auto const colon = name.find(':'); colon != name.npos) { name.remove_prefix(colon + 1); }
  return xml_tag{closing ? xml_tag_kind::closing
                 : empty ? xml_tag_kind::empty
                         : xml_tag_kind::opening,
                 name, begin, at_};
}

OFFLOAD_INLINE bool xml_scanner::skip_past(std::string_view closing, std::size_t from) {
  auto const found = text_.find(closing, at_ + from);
  cut_ = found == text_.npos;
  at_ = cut_ ? text_.size() : found + closing.size();
  return !cut_;
}

OFFLOAD_INLINE bool xml_scanner::skip_declaration() {
  auto const end = text_.find_first_of("[>", at_);
  bool const has_subset = end != text_.npos && text_[end] == '[';
  return skip_past(">", (has_subset ? text_.find(']', end) : end) - at_);
}

OFFLOAD_INLINE std::string_view digestible(std::string_view element, std::string& scratch) {
  if (element.find('\0') == element.npos && element.find('&') == element.npos) { return element; }
  scratch.clear();
  while (!element.empty()) {
    auto const special = element.find_first_of("&<");
    xml_scanner_detail::append_without_nul(scratch, element.substr(0, special));
    if (special == element.npos) { break; }
    element.remove_prefix(special);
    std::size_t length = 1;
    if (element.front() == '&') {
      length = xml_scanner_detail::append_reference(scratch, element);
    } else {
      if (element.starts_with(xml_scanner_detail::cdata_begin)) {
        length = element.find(xml_scanner_detail::cdata_end);
      }
      xml_scanner_detail::append_without_nul(scratch, element.substr(0, length));
    }
    element.remove_prefix(std::min(length, element.size()));
  }
  return scratch;
}

}  // namespace offload
