// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <string>
#include <string_view>

namespace offload {

/// Writes all bytes and retries when a signal interrupts it. Returns false and sets `errno` on
/// failure.
[[nodiscard]] bool write_all(int fd, std::string_view bytes);

enum class file_start { kept, emptied };

/// Opens `path`, creates it if necessary, appends `bytes` and closes it. Reports use this because
/// keeping each of their files open would use too many descriptors.
[[nodiscard]] result<void> append_to_file(std::filesystem::path const& path,
                                          std::string_view bytes);

/// Bytes and their offset in a file.
struct file_piece {
  std::uint64_t at{};
  std::string_view bytes;
};

/// Writes the pieces in order into `path`. If `start` says so, the file is created or emptied
/// first.
[[nodiscard]] result<void> write_pieces(std::filesystem::path const& path, file_start start,
                                        std::initializer_list<file_piece> pieces);

[[nodiscard]] result<std::string> read_whole_file(std::filesystem::path const& path);

}  // namespace offload
