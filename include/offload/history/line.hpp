// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>
#include <offload/history/history_key.hpp>
#include <offload/history/test_history.hpp>

#include <string>
#include <string_view>

/// Reads and writes one line of a history file.
namespace offload::history_line {

struct parsed_line {
  history_key key{};
  test_history value{};
};

/// Fails with a fragment that says what is wrong with the line.
[[nodiscard]] result<parsed_line> parse(std::string_view line);

/// The text of the line, without a line feed.
[[nodiscard]] std::string text(history_key const& key, test_history const& value);

/// Seconds in the format of the file: the shortest decimal digits that give the same value, with a
/// point.
[[nodiscard]] std::string text(double seconds);

/// `text` with U+FFFD in place of bytes that are not UTF-8.
[[nodiscard]] std::string valid_utf8(std::string_view text);

}  // namespace offload::history_line

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/history/line-inl.hpp>
#endif
