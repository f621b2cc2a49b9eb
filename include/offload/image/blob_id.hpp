// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <string>
#include <string_view>

namespace offload::image {

/// The id of a git blob with these contents, in SHA-1 repositories: 40 hexadecimal digits.
[[nodiscard]] std::string blob_id(std::string_view contents);

}  // namespace offload::image

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/image/blob_id-inl.hpp>
#endif
