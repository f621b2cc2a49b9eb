// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/report/iso_time.hpp>

#include <offload/core/inline.hpp>

#include <fmt/core.h>

#include <array>
#include <cstdio>
#include <ctime>

namespace offload {

OFFLOAD_INLINE std::string iso_seconds(std::chrono::system_clock::time_point when) {
  auto const whole =
      std::chrono::system_clock::to_time_t(std::chrono::floor<std::chrono::seconds>(when));
  std::tm fields{};
  gmtime_r(&whole, &fields);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &fields)};
}

OFFLOAD_INLINE std::string iso_time(std::chrono::system_clock::time_point when) {
  auto const rest = when - std::chrono::floor<std::chrono::seconds>(when);
  return fmt::format("{}.{:09}Z", iso_seconds(when), std::chrono::nanoseconds{rest}.count());
}

OFFLOAD_INLINE std::optional<std::chrono::system_clock::time_point> parse_iso_time(
    std::string const& text) {
  int year{}, month{}, day{}, hour{}, minute{}, second{}, parsed{};
  long fraction{};
  auto const read = std::sscanf(text.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d.%9ldZ%n", &year, &month,
                                &day, &hour, &minute, &second, &fraction, &parsed);
  if (read != 7 || static_cast<std::size_t>(parsed) != text.size()) { return std::nullopt; }
  auto const date = std::chrono::year{year} / month / day;
  if (!date.ok()) { return std::nullopt; }
  return std::chrono::sys_days{date} + std::chrono::hours{hour} + std::chrono::minutes{minute} +
         std::chrono::seconds{second} +
         std::chrono::duration_cast<std::chrono::system_clock::duration>(
             std::chrono::nanoseconds{fraction});
}

}  // namespace offload
