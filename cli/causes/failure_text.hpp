// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <string>
#include <string_view>
#include <vector>

/// Reads the text of a failure in the formats of the test runners.
namespace offload {

/// A line of a stack trace.
struct stack_frame {
  std::string file{};
  std::string function{};  ///< empty: not said
};

/// The frames that `text` names, innermost first: of Python (pytest's or its own), JavaScript,
/// Rust, Java, and the place of a GoogleTest failure.
[[nodiscard]] std::vector<stack_frame> frames_in(std::string_view text);

/// Whether a file belongs to a library or to the language.
[[nodiscard]] bool is_foreign(std::string_view file);

/// The part of `message` that tells what went wrong, or else of `text`.
[[nodiscard]] std::string telling_message(std::string_view message, std::string_view text);

/// pytest's description of an assertion: its lines "where ...".
[[nodiscard]] std::string asserted_values(std::string_view text);

/// Whatever the locale is.
[[nodiscard]] constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Calls `each` with every line of `text`, without its line feed.
template <class Each>
void for_each_line(std::string_view text, Each each) {
  while (!text.empty()) {
    auto const end = text.find('\n');
    each(text.substr(0, end));
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
  }
}

}  // namespace offload
