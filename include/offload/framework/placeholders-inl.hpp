// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/framework/placeholders.hpp>

#include <offload/core/inline.hpp>

#include <algorithm>

namespace offload {

OFFLOAD_INLINE std::string filled_in(std::string_view text,
                                     std::initializer_list<placeholder> values) {
  std::string filled;
  for (;;) {
    auto const brace = text.find('{');
    filled += text.substr(0, brace);
    if (brace == text.npos) { return filled; }
    text.remove_prefix(brace);
    auto const* const found = std::ranges::find_if(
        values, [&](placeholder const& one) { return text.starts_with(one.name); });
    if (found == values.end()) {
      filled += '{';
      text.remove_prefix(1);
    } else {
      filled += found->value;
      text.remove_prefix(found->name.size());
    }
  }
}

}  // namespace offload
