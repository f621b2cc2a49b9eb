// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>
#include <offload/image/patch_lines.hpp>

#include <vector>

namespace offload {
struct hunk;
}

namespace offload::image {

/// Reads one or more hunks, up to the first line that is not part of a hunk.
[[nodiscard]] result<std::vector<hunk>> read_hunks(patch_lines& lines);

}  // namespace offload::image

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/image/hunk_reader-inl.hpp>
#endif
