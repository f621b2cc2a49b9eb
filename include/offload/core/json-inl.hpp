// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/json.hpp>

#include <offload/core/inline.hpp>
#include <offload/core/utf8.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

namespace offload {
namespace json_detail {

/// The value that is read if there is none.
template <class Value>
Value const& nothing() {
  static Value const none;
  return none;
}

inline bool is_plain(char c) { return c >= ' ' && c < 0x7F && c != '"' && c != '\\'; }

inline void append_escape(std::string& to, std::uint32_t unit) {
  fmt::format_to(std::back_inserter(to), "\\u{:04x}", unit);
}

inline void append_ascii(std::string& to, char c) {
  switch (c) {
    case '"': to += "\\\""; return;
    case '\\': to += "\\\\"; return;
    case '\b': to += "\\b"; return;
    case '\f': to += "\\f"; return;
    case '\n': to += "\\n"; return;
    case '\r': to += "\\r"; return;
    case '\t': to += "\\t"; return;
    default: append_escape(to, static_cast<unsigned char>(c));
  }
}

/// One character of UTF-8, as the one or two units of UTF-16 that JSON escapes.
inline void append_escaped(std::string& to, std::string_view character) {
  std::uint32_t code = static_cast<unsigned char>(character[0]) & (0xFFU >> (character.size() + 1));
  for (char const c : character.substr(1)) {
    code = code << 6 | (static_cast<unsigned char>(c) & 0x3FU);
  }
  if (code >= 0x10000) {
    append_escape(to, 0xD800 + ((code - 0x10000) >> 10));
    code = 0xDC00 + ((code - 0x10000) & 0x3FFU);
  }
  append_escape(to, code);
}

inline void append_real(std::string& to, double number) {
  if (!std::isfinite(number)) {
    to += "null";
    return;
  }
  auto const digits = fmt::format("{}", number);
  to += digits;
  if (digits.find_first_not_of("-0123456789") == digits.npos) { to += ".0"; }
}

/// Writes a value below others, `level` levels deep.
class json_writer {
 public:
  json_writer(std::string& to, json_layout layout) : to_{to}, layout_{layout} {}

  void write(json const& value, unsigned level) {
    if (value.is_object()) {
      write_all('{', '}', value.members(), level, [&](json::member const& one) {
        append_json(to_, one.name, layout_.ascii_only);
        to_ += layout_.indent == 0 ? ":" : ": ";
        write(one.value, level + 1);
      });
    } else if (value.is_list()) {
      write_all('[', ']', value.items(), level, [&](json const& one) { write(one, level + 1); });
    } else {
      write_single(value);
    }
  }

 private:
  void write_all(char open, char close, auto const& all, unsigned level, auto write_one) {
    to_ += open;
    for (auto const& one : all) {
      if (&one != all.data()) { to_ += ','; }
      break_line(level + 1);
      write_one(one);
    }
    if (!all.empty()) { break_line(level); }
    to_ += close;
  }
  void write_single(json const& value) {
    if (value.is_text()) {
      append_json(to_, value.text(), layout_.ascii_only);
    } else if (auto const flag = value.flag()) {
      to_ += *flag ? "true" : "false";
    } else if (auto const above = value.number<std::uint64_t>()) {
      to_ += fmt::format("{}", *above);
    } else if (auto const below = value.number<std::int64_t>()) {
      to_ += fmt::format("{}", *below);
    } else if (auto const real = value.number<double>()) {
      append_real(to_, *real);
    } else {
      to_ += "null";
    }
  }
  void break_line(unsigned level) {
    if (layout_.indent == 0) { return; }
    to_ += '\n';
    to_.append(std::size_t{level} * layout_.indent, ' ');
  }

  std::string& to_;
  json_layout layout_;
};

}  // namespace json_detail

OFFLOAD_INLINE json::json() = default;
OFFLOAD_INLINE json::json(std::nullptr_t) {}
OFFLOAD_INLINE json::json(double number) : held_{number} {}
OFFLOAD_INLINE json::json(std::string text) : held_{std::move(text)} {}
OFFLOAD_INLINE json::json(std::string_view text) : held_{std::string{text}} {}
OFFLOAD_INLINE json::json(char const* text) : held_{std::string{text}} {}
OFFLOAD_INLINE json::json(list items) : held_{std::move(items)} {}
OFFLOAD_INLINE json::json(std::vector<std::string> const& texts)
    : held_{list(texts.begin(), texts.end())} {}
OFFLOAD_INLINE json::json(object members) : held_{std::move(members)} {}
OFFLOAD_INLINE json::json(std::initializer_list<member> members) : held_{object(members)} {}

OFFLOAD_INLINE std::string const& json::text() const& {
  auto const* const text = std::get_if<std::string>(&held_);
  return text == nullptr ? json_detail::nothing<std::string>() : *text;
}

OFFLOAD_INLINE std::optional<bool> json::flag() const {
  auto const* const flag = std::get_if<bool>(&held_);
  return flag == nullptr ? std::nullopt : std::optional{*flag};
}

OFFLOAD_INLINE json::list const& json::items() const& {
  auto const* const items = std::get_if<list>(&held_);
  return items == nullptr ? json_detail::nothing<list>() : *items;
}

OFFLOAD_INLINE json::object const& json::members() const& {
  auto const* const members = std::get_if<object>(&held_);
  return members == nullptr ? json_detail::nothing<object>() : *members;
}

OFFLOAD_INLINE json const* json::find(std::string_view name) const {
  auto const& all = members();
  auto const found =
      std::find_if(all.rbegin(), all.rend(), [&](member const& one) { return one.name == name; });
  return found == all.rend() ? nullptr : &found->value;
}

// Of a value that is about to end, a copy.
OFFLOAD_INLINE std::string json::text() && { return std::as_const(*this).text(); }
OFFLOAD_INLINE json::list json::items() && { return std::as_const(*this).items(); }
OFFLOAD_INLINE json::object json::members() && { return std::as_const(*this).members(); }
OFFLOAD_INLINE json json::operator[](std::string_view name) && {
  return std::as_const(*this)[name];
}
OFFLOAD_INLINE json json::at(std::size_t place) && { return std::as_const(*this).at(place); }

OFFLOAD_INLINE json const& json::operator[](std::string_view name) const& {
  auto const* const value = find(name);
  return value == nullptr ? json_detail::nothing<json>() : *value;
}

OFFLOAD_INLINE json const& json::at(std::size_t place) const& {
  auto const& all = items();
  return place < all.size() ? all[place] : json_detail::nothing<json>();
}

OFFLOAD_INLINE json& json::operator[](std::string_view name) & {
  if (auto const* const value = find(name)) { return const_cast<json&>(*value); }
  return append(std::string{name}, {});
}

OFFLOAD_INLINE json& json::append(std::string name, json value) {
  if (!is_object()) { held_ = object{}; }
  return std::get<object>(held_).emplace_back(member{std::move(name), std::move(value)}).value;
}

OFFLOAD_INLINE json& json::append(json item) {
  if (!is_list()) { held_ = list{}; }
  return std::get<list>(held_).emplace_back(std::move(item));
}

OFFLOAD_INLINE void json::erase(std::string_view name) {
  if (auto* const all = std::get_if<object>(&held_)) {
    std::erase_if(*all, [&](member const& one) { return one.name == name; });
  }
}

OFFLOAD_INLINE bool json::operator==(json const& other) const { return held_ == other.held_; }

OFFLOAD_INLINE bool append_json(std::string& to, std::string_view text, bool ascii_only) {
  bool replaced = false;
  to += '"';
  while (!text.empty()) {
    std::size_t length = 0;
    while (length < text.size() && json_detail::is_plain(text[length])) { ++length; }
    to += text.substr(0, length);
    text.remove_prefix(length);
    if (text.empty()) { break; }
    length = 1;
    if (static_cast<unsigned char>(text.front()) < 0x80) {
      json_detail::append_ascii(to, text.front());
    } else {
      auto character = text::utf8_replacement;
      if (auto const valid = text::utf8_length(text); valid > 0) {
        character = text.substr(0, length = valid);
      } else {
        replaced = true;
      }
      if (ascii_only) {
        json_detail::append_escaped(to, character);
      } else {
        to += character;
      }
    }
    text.remove_prefix(length);
  }
  to += '"';
  return replaced;
}

OFFLOAD_INLINE std::string to_json(json const& value, json_layout layout) {
  std::string text;
  json_detail::json_writer{text, layout}.write(value, 0);
  return text;
}

}  // namespace offload
