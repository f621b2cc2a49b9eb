// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <string_view>

namespace offload {

enum class presence { optional, required };

/// How a string value is processed before it is stored.
enum class text_form {
  value,         ///< `${VAR}` is expanded
  shell,         ///< unchanged: a shell will read it
  words,         ///< expanded, then split into words
  command_line,  ///< the same, but expanded only outside single quotes
};

/// The smallest value allowed for a number. For whole numbers, `above_zero` means 1.
enum class lower_bound { zero, above_zero };

/// The meaning of an empty string.
enum class empty_text {
  a_value,
  the_default,  ///< with a warning, since older versions wrote such files
};

/// One key of a section, as sections.hpp lists them.
struct key {
  std::string_view name;
  std::string_view meaning{};  ///< a sentence for the reference
  presence needed = presence::optional;
  text_form form = text_form::value;
  lower_bound least = lower_bound::zero;
  empty_text when_empty = empty_text::a_value;
  std::string_view example{};  ///< a TOML value; every required key has one
};

}  // namespace offload
