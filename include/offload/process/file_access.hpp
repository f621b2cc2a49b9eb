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

/// Writes all bytes, however often it is interrupted. False, with `errno` set, when it cannot.
[[nodiscard]] bool write_all(int fd, std::string_view bytes);

enum class file_start { kept, emptied };

/// Opens `path`, creating it if need be, writes `bytes` at its end and closes it: a report that
/// stays open for an hour would cost a descriptor for each of its files.
[[nodiscard]] result<void> append_to_file(std::filesystem::path const& path,
                                          std::string_view bytes);

/// Some bytes, and where in a file they belong.
struct file_piece {
  std::uint64_t at{};
  std::string_view bytes;
};

/// Writes the pieces in order into `path`, which is created or emptied first if `start` says so.
[[nodiscard]] result<void> write_pieces(std::filesystem::path const& path, file_start start,
                                        std::initializer_list<file_piece> pieces);

[[nodiscard]] result<std::string> read_whole_file(std::filesystem::path const& path);

}  // namespace offload
