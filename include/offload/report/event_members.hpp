// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/base64.hpp>
#include <offload/core/error.hpp>
#include <offload/core/json.hpp>
#include <offload/core/test_case.hpp>
#include <offload/core/time.hpp>

#include <fmt/core.h>

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
  explicit event_members(json const& object) : object_{object} {}

  [[nodiscard]] std::optional<std::string> const& problem() const { return problem_; }
  void complain(std::string what) {
    if (!problem_) { problem_ = std::move(what); }
  }

  [[nodiscard]] bool has(char const* name) const { return object_.has(name); }

  /// Empty when there is none.
  [[nodiscard]] std::string some_text(char const* name) { return has(name) ? text(name) : ""; }

  [[nodiscard]] std::string text(char const* name) {
    auto const& value = object_[name];
    if (!value.is_text()) { return missing<std::string>(name, "a text"); }
    auto const& bytes = object_[std::string{name} + "_base64"];
    if (bytes.is_null()) { return value.text(); }
    auto decoded = bytes.is_text() ? base64::decoded(bytes.text()) : std::optional<std::string>{};
    return decoded ? std::move(*decoded) : missing<std::string>(name, "base64");
  }

  template <std::unsigned_integral Number>
  [[nodiscard]] Number number(char const* name) {
    auto const number = object_[name].number<Number>();
    return number ? *number : missing<Number>(name, "a whole number");
  }

  [[nodiscard]] double real(char const* name) {
    auto const number = object_[name].number<double>();
    return number ? *number : missing<double>(name, "a number");
  }
  [[nodiscard]] seconds time(char const* name) { return seconds{real(name)}; }

  /// The moment that is this number of seconds after `start`, to the nanosecond as it was written.
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
    for (auto const& one : object_[name].items()) {
      if (!one.is_text()) { return missing<std::vector<std::string>>(name, "a list of texts"); }
      all.push_back(one.text());
    }
    return all;
  }

  /// Empty when there is no such list.
  [[nodiscard]] json::list const& list(char const* name) {
    auto const& value = object_[name];
    if (!value.is_null() && !value.is_list()) { (void)missing<int>(name, "a list"); }
    return value.items();
  }
  [[nodiscard]] json const* object(char const* name) const {
    auto const& value = object_[name];
    return value.is_object() ? &value : nullptr;
  }

  [[nodiscard]] source_place place() {
    return {some_text("file"), has("line") ? number<unsigned>("line") : 0};
  }

 private:
  template <class Value>
  Value missing(char const* name, std::string_view kind) {
    complain(has(name) ? fmt::format("`{}` is not {}", name, kind)
                       : fmt::format("`{}` is missing", name));
    return {};
  }

  json const& object_;
  std::optional<std::string> problem_;
};

/// The error that the members describe.
[[nodiscard]] inline error error_in(event_members& in) {
  constexpr std::array all{errc::invalid_config, errc::invalid_usage, errc::not_found,  errc::io,
                           errc::process,        errc::discovery,     errc::sandbox,    errc::image,
                           errc::provider,       errc::patch,         errc::unavailable};
  return {.code = in.one_of("code", all),
          .message = in.text("message"),
          .hint = in.some_text("hint"),
          .while_doing = in.texts("while_doing")};
}

}  // namespace offload
