// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>
#include <offload/history/history_key.hpp>
#include <offload/history/test_history.hpp>

#include <string>
#include <string_view>

/// One line of a history file, read and written.
namespace offload::history_line {

struct parsed_line {
  history_key key{};
  test_history value{};
};

/// Fails with a fragment that says what is wrong with it.
[[nodiscard]] result<parsed_line> parse(std::string_view line);

/// Without a line feed.
[[nodiscard]] std::string text(history_key const& key, test_history const& value);

/// Seconds as the file spells them: the shortest digits that mean the same, with a point.
[[nodiscard]] std::string text(double seconds);

/// `text` with U+FFFD for what is no UTF-8.
[[nodiscard]] std::string valid_utf8(std::string_view text);

}  // namespace offload::history_line

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/history/line-inl.hpp>
#endif
