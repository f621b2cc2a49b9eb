// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>
#include <offload/image/patch_lines.hpp>

#include <string>
#include <string_view>

namespace offload {
struct binary_change;
}

namespace offload::image {

/// Reads what follows `GIT binary patch`: the change, and its reverse, which is only checked.
[[nodiscard]] result<binary_change> read_binary_change(patch_lines& lines);

/// The new contents. An error's message fits after the file's name.
[[nodiscard]] result<std::string> apply_binary_change(binary_change const& change,
                                                      std::string_view old_contents);

}  // namespace offload::image
