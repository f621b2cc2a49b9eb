// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace offload {

struct placeholder {
  std::string_view name;  ///< with its braces
  std::string_view value;
};

/// Replaces each placeholder of `text` by its value in one pass. Placeholders in values are not
/// replaced, and other braces stay unchanged.
[[nodiscard]] std::string filled_in(std::string_view text,
                                    std::initializer_list<placeholder> values);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/framework/placeholders-inl.hpp>
#endif
