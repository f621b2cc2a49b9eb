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

/// Reads the lines after `GIT binary patch`: the change and its reverse. The reverse is only
/// checked.
[[nodiscard]] result<binary_change> read_binary_change(patch_lines& lines);

/// Returns the new contents. The message of an error can follow the file's name.
[[nodiscard]] result<std::string> apply_binary_change(binary_change const& change,
                                                      std::string_view old_contents);

}  // namespace offload::image
