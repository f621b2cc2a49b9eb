// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/base64.hpp>
#include <offload/core/error.hpp>
#include <offload/core/test_case.hpp>
#include <offload/core/time.hpp>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include <array>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace offload {

/// The members of a line of an event stream. The first one that is missing or of the wrong kind is
/// kept as the problem, and something empty returned in its place.
class event_members {
 public:
  explicit event_members(nlohmann::json const& object) : object_{object} {}

  [[nodiscard]] std::optional<std::string> const& problem() const { return problem_; }
  void complain(std::string what) {
    if (!problem_) { problem_ = std::move(what); }
  }

  [[nodiscard]] bool has(char const* name) const { return object_.contains(name); }

  /// Empty when there is none.
  [[nodiscard]] std::string some_text(char const* name) { return has(name) ? text(name) : ""; }

  [[nodiscard]] std::string text(char const* name) {
    auto const* value = member(name);
    if (value == nullptr || !value->is_string()) { return missing<std::string>(name, "a text"); }
    auto const bytes = object_.find(std::string{name} + "_base64");
    if (bytes == object_.end()) { return value->get<std::string>(); }
    auto decoded = bytes->is_string() ? from_base64(bytes->get_ref<std::string const&>())
                                      : std::optional<std::string>{};
    return decoded ? std::move(*decoded) : missing<std::string>(name, "base64");
  }

  template <std::unsigned_integral Number>
  [[nodiscard]] Number number(char const* name) {
    auto const* value = member(name);
    bool const fits = value != nullptr && value->is_number_unsigned() &&
                      std::in_range<Number>(value->get<std::uint64_t>());
    return fits ? value->get<Number>() : missing<Number>(name, "a whole number");
  }

  [[nodiscard]] double real(char const* name) {
    auto const* value = member(name);
    bool const fits = value != nullptr && value->is_number();
    return fits ? value->get<double>() : missing<double>(name, "a number");
  }
  [[nodiscard]] seconds time(char const* name) { return seconds{real(name)}; }

  /// The moment so many seconds after `start`, to the nanosecond as it was written.
  [[nodiscard]] time_point moment(char const* name, time_point start) {
    auto const nanoseconds = std::llround(std::min(std::max(real(name), -1e9), 1e9) * 1e9);
    return start + std::chrono::duration_cast<steady_clock::duration>(
                       std::chrono::nanoseconds{nanoseconds});
  }

  /// The one of `all` that is called so.
  template <class Value, std::size_t N>
  [[nodiscard]] Value one_of(char const* name, std::array<Value, N> const& all) {
    auto const word = text(name);
    for (auto const value : all) {
      if (word == to_string(value)) { return value; }
    }
    complain(fmt::format("`{}` is \"{}\", which is none of the words for it", name, word));
    return {};
  }

  [[nodiscard]] std::vector<std::string> texts(char const* name) {
    std::vector<std::string> all;
    if (!has(name)) { return all; }
    for (auto const& one : *member(name)) {
      if (!one.is_string()) { return missing<std::vector<std::string>>(name, "a list of texts"); }
      all.push_back(one.get<std::string>());
    }
    return all;
  }

  /// Nothing when there is no such list.
  [[nodiscard]] nlohmann::json const* list(char const* name) {
    auto const* value = has(name) ? member(name) : nullptr;
    if (value != nullptr && !value->is_array()) { (void)missing<int>(name, "a list"); }
    return value != nullptr && value->is_array() ? value : nullptr;
  }
  [[nodiscard]] nlohmann::json const* object(char const* name) const {
    auto const found = object_.find(name);
    return found != object_.end() && found->is_object() ? &*found : nullptr;
  }

  [[nodiscard]] source_place place() {
    return {some_text("file"), has("line") ? number<unsigned>("line") : 0};
  }

 private:
  [[nodiscard]] nlohmann::json const* member(char const* name) const {
    auto const found = object_.find(name);
    return found == object_.end() ? nullptr : &*found;
  }

  template <class Value>
  Value missing(char const* name, std::string_view kind) {
    complain(has(name) ? fmt::format("`{}` is not {}", name, kind)
                       : fmt::format("`{}` is missing", name));
    return {};
  }

  nlohmann::json const& object_;
  std::optional<std::string> problem_;
};

}  // namespace offload
