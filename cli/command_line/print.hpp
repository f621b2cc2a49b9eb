// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>

#include <fmt/core.h>

#include <cstdio>
#include <string_view>
#include <utility>

namespace offload::cli {

/// Writes text. Never throws, and ignores text that cannot be written: a command does the rest of
/// its work, and its files are complete, also when nobody reads its output. `end_of_output` tells
/// whether text is missing on standard output.
void print_text(std::FILE* to, std::string_view text);

/// Formats text and writes it.
template <class... Args>
void print_to(std::FILE* to, fmt::format_string<Args...> text, Args&&... args) {
  print_text(to, fmt::format(text, std::forward<Args>(args)...));
}

/// The same to standard output.
template <class... Args>
void print(fmt::format_string<Args...> text, Args&&... args) {
  print_to(stdout, text, std::forward<Args>(args)...);
}

/// Writes what standard output still holds. The error says why text is missing there. It is
/// reported once: later calls are about what is printed after this one.
[[nodiscard]] result<void> end_of_output();

/// Whether the reader of standard output is gone, as after `| head`.
[[nodiscard]] bool reader_is_gone();

}  // namespace offload::cli
