// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <string_view>

namespace offload {

/// Whether a test's id is `name`, or ends with it behind a separator: `b` is an end of `a.py::b`.
[[nodiscard]] constexpr bool is_end_of(std::string_view name, std::string_view id) {
  constexpr std::string_view separators = ":./> ";
  if (!id.ends_with(name)) { return false; }
  auto const rest = id.substr(0, id.size() - name.size());
  return rest.empty() || separators.find(rest.back()) != std::string_view::npos;
}

static_assert(is_end_of("b", "b") && is_end_of("b", "a.py::b") && !is_end_of("b", "ab"));

}  // namespace offload
