// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/json.hpp>
#include <offload/core/time.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace offload {

/// Appends one JSON object to a string, member by member. It is nine times as fast as the tree of a
/// JSON library, which would be the largest cost of each test. Member names are not escaped.
class json_line {
 public:
  explicit json_line(std::string& to) : to_{to} { to_ += '{'; }

  /// If the text is not UTF-8, a second member `{name}_base64` holds its bytes.
  json_line& text(std::string_view name, std::string_view value);
  /// Omitted if it is empty.
  json_line& some_text(std::string_view name, std::string_view value) {
    return value.empty() ? *this : text(name, value);
  }
  json_line& number(std::string_view name, std::uint64_t value);
  /// Written with full precision: reading it gives the same value.
  json_line& time(std::string_view name, seconds value);
  json_line& real(std::string_view name, double value);
  /// `value` is JSON.
  json_line& json(std::string_view name, std::string_view value) {
    begin(name);
    to_ += value;
    return *this;
  }
  /// A list: `add_each(next)` appends each value to `next()`.
  template <class AddEach>
  json_line& list(std::string_view name, AddEach add_each) {
    begin(name);
    to_ += '[';
    auto const before = to_.size();
    add_each([this, before]() -> std::string& {
      if (to_.size() != before) { to_ += ','; }
      return to_;
    });
    to_ += ']';
    return *this;
  }
  /// An object that `fill(json_line&)` writes.
  template <class Fill>
  json_line& object(std::string_view name, Fill fill) {
    begin(name);
    json_line inner{to_};
    fill(inner);
    inner.end();
    return *this;
  }
  void end() { to_ += '}'; }

 private:
  void begin(std::string_view name);

  std::string& to_;
  bool is_first_ = true;
};

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/core/json_line-inl.hpp>
#endif
