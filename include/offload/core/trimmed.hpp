// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <string_view>

namespace offload::text {

/// Returns `text` without leading and trailing characters of `blank`. The view refers to `text`.
[[nodiscard]] constexpr std::string_view trimmed(std::string_view text,
                                                 std::string_view blank = " \t\r\n") {
  auto const first = text.find_first_not_of(blank);
  if (first == std::string_view::npos) { return {}; }
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

}  // namespace offload::text
