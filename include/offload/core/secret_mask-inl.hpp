// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/secret_mask.hpp>

#include <offload/core/inline.hpp>

#include <algorithm>
#include <array>

namespace offload {
namespace secret_mask_detail {

inline constexpr std::string_view stand_in = "***";

inline bool is_public(std::string_view name) {
  constexpr std::array names{"CI",    "LANG", "NODE_ENV", "RUST_BACKTRACE",
                             "SHELL", "TERM", "TZ",       "USER"};
  constexpr std::array beginnings{"LC_", "OFFLOAD_", "PYTHON"};
  constexpr std::array ends{"DIR", "HOME", "PATH", "PWD", "ROOT"};
  return std::ranges::find(names, name) != names.end() ||
         std::ranges::any_of(beginnings, [&](auto const* one) { return name.starts_with(one); }) ||
         std::ranges::any_of(ends, [&](auto const* one) { return name.ends_with(one); });
}

inline void add_lines(std::string_view value, std::vector<std::string>& to) {
  while (value.size() >= secret_mask::shortest) {
    auto const end = value.find('\n');
    if (auto const line = value.substr(0, end); line.size() >= secret_mask::shortest) {
      to.emplace_back(line);
    }
    value.remove_prefix(end == value.npos ? value.size() : end + 1);
  }
}

}  // namespace secret_mask_detail

OFFLOAD_INLINE secret_mask::secret_mask(std::span<env_var const> variables) {
  for (auto const& variable : variables) {
    if (secret_mask_detail::is_public(variable.name) || variable.value.size() < shortest) {
      continue;
    }
    values_.push_back(variable.value);
    secret_mask_detail::add_lines(variable.value, values_);
  }
  std::ranges::sort(values_, [](auto const& a, auto const& b) {
    return a.size() != b.size() ? a.size() > b.size() : a < b;
  });
  auto const [first, last] = std::ranges::unique(values_);
  values_.erase(first, last);
}

OFFLOAD_INLINE void secret_mask::apply(std::string& text) const {
  for (auto const& value : values_) {
    for (auto at = text.find(value); at != text.npos; at = text.find(value, at)) {
      text.replace(at, value.size(), secret_mask_detail::stand_in);
      at += secret_mask_detail::stand_in.size();
    }
  }
}

OFFLOAD_INLINE void secret_mask::apply(error& e) const {
  apply(e.message);
  apply(e.hint);
  for (auto& frame : e.while_doing) { apply(frame); }
}

}  // namespace offload
