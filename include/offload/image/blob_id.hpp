// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <string>
#include <string_view>

namespace offload::image {

/// git's id of a file with these contents, in repositories that use SHA-1: 40 hexadecimal digits.
[[nodiscard]] std::string blob_id(std::string_view contents);

}  // namespace offload::image

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/image/blob_id-inl.hpp>
#endif
