// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>

#include <string>
#include <string_view>

namespace offload {

/// A folder of this machine that is copied into the image: `LOCAL:REMOTE`.
struct copy_dir {
  std::string local;
  std::string remote;

  bool operator==(copy_dir const&) const = default;
};

/// Splits the text at its first colon. Both sides must be non-empty.
[[nodiscard]] result<copy_dir> parse_copy_dir(std::string_view text);

[[nodiscard]] inline std::string to_string(copy_dir const& d) { return d.local + ':' + d.remote; }

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/config/copy_dir-inl.hpp>
#endif
