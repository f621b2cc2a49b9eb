// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <string>
#include <string_view>

namespace offload::files {

/// Writes all bytes and retries when a signal interrupts it. Returns false and sets `errno` on
/// failure.
[[nodiscard]] bool write_all(int fd, std::string_view bytes);

enum class old_bytes { kept, emptied };

/// Opens `path`, creates it if necessary, appends `bytes` and closes it. Reports use this because
/// keeping each of their files open would use too many descriptors.
[[nodiscard]] result<void> append(std::filesystem::path const& path, std::string_view bytes);

/// Bytes and their offset in a file.
struct piece {
  std::uint64_t at{};
  std::string_view bytes;
};

/// Writes the pieces in order into `path`. If `old` says so, the file is created or emptied
/// first.
[[nodiscard]] result<void> write(std::filesystem::path const& path, old_bytes old,
                                 std::initializer_list<piece> pieces);

[[nodiscard]] result<std::string> read_whole(std::filesystem::path const& path);

}  // namespace offload::files
