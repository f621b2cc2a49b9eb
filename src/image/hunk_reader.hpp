// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/image/patch.hpp>

#include <vector>

#include "patch_lines.hpp"

namespace offload::image {

/// Reads hunks, one at least, up to the first line that is not theirs.
[[nodiscard]] result<std::vector<hunk>> read_hunks(patch_lines& lines);

}  // namespace offload::image
