// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

/// JSON (RFC 8259) as values: what other programs write is parsed into them, and what they read is
/// made of them. Lines that are written by the thousand are made by `json_line` instead.
namespace offload {

/// A JSON value: null, a boolean, a number, a text, a list or an object.
///
/// Reading never fails: a member that is missing is null, and a value of another kind has no text,
/// items or members. So a reader states what it needs, and what is damaged falls through.
///
/// Braces make objects, `json{{"id", 3}, {"place", {{"line", 1}}}}`; a list is written as one,
/// `json::list{1, "two"}`.
class json {
 public:
  struct member;
  using list = std::vector<json>;
  /// In the order in which they were added or read. Of two of one name, the later one counts.
  using object = std::vector<member>;

  json();
  json(std::nullptr_t);
  template <std::integral Number>
  json(Number number);
  json(double number);
  json(std::string text);
  json(std::string_view text);
  json(char const* text);
  json(list items);
  json(std::vector<std::string> const& texts);
  json(object members);
  json(std::initializer_list<member> members);

  [[nodiscard]] bool is_null() const { return holds<std::monostate>(); }
  [[nodiscard]] bool is_text() const { return holds<std::string>(); }
  [[nodiscard]] bool is_number() const { return number<double>().has_value(); }
  [[nodiscard]] bool is_list() const { return holds<list>(); }
  [[nodiscard]] bool is_object() const { return holds<object>(); }

  [[nodiscard]] std::string const& text() const&;
  [[nodiscard]] std::string text() &&;
  [[nodiscard]] std::optional<bool> flag() const;
  /// The number, if `Number` can hold it: a whole number is never cut to fit.
  template <class Number>
    requires std::integral<Number> || std::floating_point<Number>
  [[nodiscard]] std::optional<Number> number() const;

  /// The items of a list, and the members of an object.
  [[nodiscard]] list const& items() const&;
  [[nodiscard]] list items() &&;
  [[nodiscard]] object const& members() const&;
  [[nodiscard]] object members() &&;

  /// The member of this name; null when there is none.
  [[nodiscard]] json const& operator[](std::string_view name) const&;
  [[nodiscard]] json operator[](std::string_view name) &&;
  [[nodiscard]] bool has(std::string_view name) const { return find(name) != nullptr; }
  /// The item at this place; null when there is none.
  [[nodiscard]] json const& at(std::size_t place) const&;
  [[nodiscard]] json at(std::size_t place) &&;

  /// The member of this name, which is added when there is none. What was no object becomes one.
  json& operator[](std::string_view name) &;
  void erase(std::string_view name);
  /// Adds a member behind all others, or an item, and returns its value. What was no object, or no
  /// list, becomes one.
  json& append(std::string name, json value);
  json& append(json item);

  /// Objects are equal when their members are, in the same order.
  bool operator==(json const& other) const;

 private:
  // What is not negative is unsigned, so that there is one form of each number.
  using any = std::variant<std::monostate, bool, std::uint64_t, std::int64_t, double, std::string,
                           list, object>;
  [[nodiscard]] json const* find(std::string_view name) const;
  template <class Kind>
  [[nodiscard]] bool holds() const {
    return std::holds_alternative<Kind>(held_);
  }

  any held_;
};

struct json::member {
  std::string name{};
  json value{};

  bool operator==(member const&) const = default;
};

template <std::integral Number>
json::json(Number number) {
  if constexpr (std::same_as<Number, bool>) {
    held_ = number;
  } else if (std::in_range<std::uint64_t>(number)) {
    held_ = static_cast<std::uint64_t>(number);
  } else {
    held_ = static_cast<std::int64_t>(number);
  }
}

template <class Number>
  requires std::integral<Number> || std::floating_point<Number>
std::optional<Number> json::number() const {
  auto const* const above = std::get_if<std::uint64_t>(&held_);
  auto const* const below = std::get_if<std::int64_t>(&held_);
  if constexpr (std::floating_point<Number>) {
    if (auto const* const real = std::get_if<double>(&held_)) { return static_cast<Number>(*real); }
    if (above != nullptr) { return static_cast<Number>(*above); }
    if (below != nullptr) { return static_cast<Number>(*below); }
  } else {
    if (above != nullptr && std::in_range<Number>(*above)) { return static_cast<Number>(*above); }
    if (below != nullptr && std::in_range<Number>(*below)) { return static_cast<Number>(*below); }
  }
  return std::nullopt;
}

/// Whether a document may hold comments, as files that people write do.
enum class json_comments { refused, skipped };

/// The value that `text` is; null when it is no JSON, or nested more than 500 levels deep.
[[nodiscard]] json parse_json(std::string_view text, json_comments = json_comments::refused);

/// How JSON is written.
struct json_layout {
  unsigned indent = 0;      ///< spaces a level; 0: all in one line
  bool ascii_only = false;  ///< whether other characters are escaped
};

/// `value` as JSON. Bytes that are no UTF-8 become U+FFFD each; a number that is not finite is
/// null.
[[nodiscard]] std::string to_json(json const& value, json_layout layout = {});

/// Appends `text` as a JSON string. Bytes that are no UTF-8 become U+FFFD each; whether there were
/// any is returned.
bool append_json(std::string& to, std::string_view text, bool ascii_only = false);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/core/json-inl.hpp>
#endif
