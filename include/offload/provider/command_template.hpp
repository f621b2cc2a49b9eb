// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>

#include <span>
#include <string>
#include <string_view>

namespace offload {

/// The value of a `{placeholder}` in a user's shell command.
struct filling {
  enum class form {
    word,  ///< one word, quoted if necessary
    text   ///< shell text, unchanged
  };

  std::string_view name;  ///< with its braces
  std::string value;
  form as = form::word;
};

/// Replaces the placeholders of `command` such that a POSIX shell sees exactly the value: it is
/// quoted outside quotes and escaped inside quotes. Placeholders in values are not replaced, and
/// other braces stay unchanged.
[[nodiscard]] std::string filled_command(std::string_view command, std::span<filling const> with);

/// Replaces each `@name.ext` in `command`, at its beginning or after white space, by the path that
/// `scripts` has for this name (without the `@`), quoted as `filled_command` does. If a script does
/// not exist, the error names it and lists the existing ones.
[[nodiscard]] result<std::string> with_scripts(std::string_view command,
                                               std::span<filling const> scripts);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/provider/command_template-inl.hpp>
#endif
