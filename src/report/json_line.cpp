// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "json_line.hpp"

#include <offload/core/base64.hpp>
#include <offload/core/utf8.hpp>

#include <fmt/format.h>

#include <cmath>
#include <cstddef>
#include <iterator>

namespace offload {
namespace {

bool is_plain(char c) { return c >= ' ' && c < 0x7F && c != '"' && c != '\\'; }

void append_ascii(std::string& to, char c) {
  switch (c) {
    case '"': to += "\\\""; return;
    case '\\': to += "\\\\"; return;
    case '\n': to += "\\n"; return;
    case '\r': to += "\\r"; return;
    case '\t': to += "\\t"; return;
    default: fmt::format_to(std::back_inserter(to), "\\u{:04x}", static_cast<unsigned char>(c));
  }
}

}  // namespace

bool append_json(std::string& to, std::string_view text) {
  bool replaced = false;
  to += '"';
  while (!text.empty()) {
    std::size_t length = 0;
    while (length < text.size() && is_plain(text[length])) { ++length; }
    to += text.substr(0, length);
    text.remove_prefix(length);
    if (text.empty()) { break; }
    length = 1;
    if (static_cast<unsigned char>(text.front()) < 0x80) {
      append_ascii(to, text.front());
    } else if (auto const character = utf8_length(text); character > 0) {
      to += text.substr(0, length = character);
    } else {
      to += utf8_replacement;
      replaced = true;
    }
    text.remove_prefix(length);
  }
  to += '"';
  return replaced;
}

void json_line::begin(std::string_view name) {
  to_ += is_first_ ? "\"" : ",\"";
  is_first_ = false;
  to_ += name;
  to_ += "\":";
}

json_line& json_line::text(std::string_view name, std::string_view value) {
  begin(name);
  if (append_json(to_, value)) { text(fmt::format("{}_base64", name), to_base64(value)); }
  return *this;
}

json_line& json_line::number(std::string_view name, std::uint64_t value) {
  begin(name);
  fmt::format_int const digits{value};
  to_.append(digits.data(), digits.size());
  return *this;
}

json_line& json_line::time(std::string_view name, seconds value) {
  return real(name, value.count());
}

json_line& json_line::real(std::string_view name, double value) {
  begin(name);
  fmt::format_to(std::back_inserter(to_), "{}", std::isfinite(value) ? value : 0.0);
  return *this;
}

}  // namespace offload
