// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/time.hpp>

#include <charconv>
#include <chrono>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace offload {
namespace junit_seconds_detail {

/// `number` with its decimal separator, in whatever country it was written, as a point: the last
/// point or comma, unless there are more of its kind ("12,345,678"). The others part thousands.
inline std::string with_decimal_point(std::string_view number) {
  auto const last = number.find_last_of(".,");
  bool const is_decimal = last != number.npos && number.find(number[last]) == last;
  std::string plain;
  for (std::size_t i = 0; i < number.size(); ++i) {
    if (number[i] != '.' && number[i] != ',') {
      plain += number[i];
    } else if (is_decimal && i == last) {
      plain += '.';
    }
  }
  return plain;
}

}  // namespace junit_seconds_detail

/// The duration in a `time` attribute of a JUnit report, as writers of many countries write it.
/// None for text, for a negative number, and for more than 30 days.
inline std::optional<seconds> junit_seconds(std::string_view text) {
  auto const begin = text.find_first_not_of(" \t\r\n+");
  if (begin == text.npos) { return {}; }
  text = text.substr(begin, text.find_last_not_of(" \t\r\n") + 1 - begin);
  auto const number = junit_seconds_detail::with_decimal_point(text);
  double value{};
  auto const* const last = number.data() + number.size();
  auto const [end, failure] = std::from_chars(number.data(), last, value);
  if (failure != std::errc{} || end != last || !std::isfinite(value) || value < 0) { return {}; }
  // A date as a number of seconds, or a difference to one.
  constexpr seconds longest = std::chrono::hours{24} * 30;
  return seconds{value} > longest ? std::nullopt : std::optional{seconds{value}};
}

}  // namespace offload
