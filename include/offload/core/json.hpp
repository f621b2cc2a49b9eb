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

/// JSON (RFC 8259) as values, for parsing and for writing. `json_line` is faster for lines that are
/// written by the thousand.
namespace offload {

/// A JSON value: null, a boolean, a number, a string, a list or an object.
///
/// Reading never fails: a missing member is null, and a value of another kind has no text, items or
/// members. A reader asks for what it needs and ignores damaged values.
///
/// Braces make objects: `json{{"id", 3}, {"place", {{"line", 1}}}}`. A list is `json::list{1,
/// "two"}`.
class json {
 public:
  struct member;
  using list = std::vector<json>;
  /// Members in the order in which they were added or read. If two have the same name, the later
  /// one counts.
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
  /// The number, or nothing if `Number` cannot represent it. Integers are never truncated.
  template <class Number>
    requires std::integral<Number> || std::floating_point<Number>
  [[nodiscard]] std::optional<Number> number() const;

  /// The items of a list, and the members of an object.
  [[nodiscard]] list const& items() const&;
  [[nodiscard]] list items() &&;
  [[nodiscard]] object const& members() const&;
  [[nodiscard]] object members() &&;

  /// The member of this name; null if there is none.
  [[nodiscard]] json const& operator[](std::string_view name) const&;
  [[nodiscard]] json operator[](std::string_view name) &&;
  [[nodiscard]] bool has(std::string_view name) const { return find(name) != nullptr; }
  /// The item at this position; null if there is none.
  [[nodiscard]] json const& at(std::size_t place) const&;
  [[nodiscard]] json at(std::size_t place) &&;

  /// The member of this name, which is added if there is none. A value that is not an object
  /// becomes one.
  json& operator[](std::string_view name) &;
  void erase(std::string_view name);
  /// Appends a member or an item and returns its value. A value that is not an object or not a list
  /// becomes one.
  json& append(std::string name, json value);
  json& append(json item);

  /// Two objects are equal if they have equal members in the same order.
  bool operator==(json const& other) const;

 private:
  // Non-negative numbers are stored as unsigned, so that each number has one representation.
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

/// Whether a document may contain comments, as hand-written files do.
enum class json_comments { refused, skipped };

/// Parses `text`. Returns null if it is not JSON or is nested more than 500 levels deep.
[[nodiscard]] json parse_json(std::string_view text, json_comments = json_comments::refused);

/// Options for writing JSON.
struct json_layout {
  unsigned indent = 0;      ///< spaces per level; 0: everything on one line
  bool ascii_only = false;  ///< whether non-ASCII characters are escaped
};

/// `value` as JSON. Each byte that is not UTF-8 becomes U+FFFD. A number that is not finite becomes
/// null.
[[nodiscard]] std::string to_json(json const& value, json_layout layout = {});

/// Appends `text` as a JSON string. Each byte that is not UTF-8 becomes U+FFFD. Returns whether
/// there were such bytes.
bool append_json(std::string& to, std::string_view text, bool ascii_only = false);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/core/json-inl.hpp>
#endif
