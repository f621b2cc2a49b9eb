// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/json_line.hpp>

#include <offload/core/base64.hpp>
#include <offload/core/inline.hpp>

#include <fmt/format.h>

#include <cmath>
#include <iterator>

namespace offload {
OFFLOAD_INLINE void json_line::begin(std::string_view name) {
  to_ += is_first_ ? "\"" : ",\"";
  is_first_ = false;
  to_ += name;
  to_ += "\":";
}

OFFLOAD_INLINE json_line& json_line::text(std::string_view name, std::string_view value) {
  begin(name);
  if (append_json(to_, value)) { text(fmt::format("{}_base64", name), base64::encoded(value)); }
  return *this;
}

OFFLOAD_INLINE json_line& json_line::number(std::string_view name, std::uint64_t value) {
  begin(name);
  fmt::format_int const digits{value};
  to_.append(digits.data(), digits.size());
  return *this;
}

OFFLOAD_INLINE json_line& json_line::time(std::string_view name, seconds value) {
  return real(name, value.count());
}

OFFLOAD_INLINE json_line& json_line::real(std::string_view name, double value) {
  begin(name);
  fmt::format_to(std::back_inserter(to_), "{}", std::isfinite(value) ? value : 0.0);
  return *this;
}

}  // namespace offload
