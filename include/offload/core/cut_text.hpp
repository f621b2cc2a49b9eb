// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// How texts that are too long are shortened. All of these count bytes, and cut before or after a
/// character of UTF-8, never inside of one. `terminal::truncated` (report/terminal.hpp) counts the
/// columns of a terminal.
namespace offload::text {

/// The beginning of `text` in at most `bytes` bytes.
[[nodiscard]] std::string_view head_of(std::string_view text, std::size_t bytes);

/// The end of `text` in at most `bytes` bytes.
[[nodiscard]] std::string_view tail_of(std::string_view text, std::size_t bytes);

/// The first line of `text`, in at most `bytes` bytes.
[[nodiscard]] std::string first_line_of(std::string_view text, std::size_t bytes = 300);

/// The last line of `text` that is not blank, without white space around it. Refers to `text`.
[[nodiscard]] std::string_view last_line_of(std::string_view text);

/// As `head_of`, up to the end of a line where there is one.
[[nodiscard]] std::string_view first_lines_of(std::string_view text, std::size_t bytes);

/// As `tail_of`, from the beginning of a line where there is one.
[[nodiscard]] std::string_view last_lines_of(std::string_view text, std::size_t bytes);

/// The two ends of a text without its middle: "[... 12 bytes left out ...]" is a line of its own
/// between them. The plugins of pytest and vitest write the same line.
[[nodiscard]] std::string with_gap(std::string_view head, std::size_t left_out,
                                   std::string_view tail);

/// `text`, or its two ends with the line of `with_gap` between them when it has more than `most`
/// bytes. They have at most half of `most` each. A text that has been cut to `most` stays as it is.
[[nodiscard]] std::string two_ends(std::string_view text, std::size_t most);

}  // namespace offload::text

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/core/cut_text-inl.hpp>
#endif
