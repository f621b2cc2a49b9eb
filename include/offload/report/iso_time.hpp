// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace offload {

/// "2026-11-21T22:03:10.123456789Z"
[[nodiscard]] std::string iso_time(std::chrono::system_clock::time_point when);

/// The same without fraction and zone, as in JUnit files.
[[nodiscard]] std::string iso_seconds(std::chrono::system_clock::time_point when);

/// Parses a time that `iso_time` has written. Returns nothing when `text` is another.
[[nodiscard]] std::optional<std::chrono::system_clock::time_point> parse_iso_time(
    std::string const& text);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/report/iso_time-inl.hpp>
#endif
