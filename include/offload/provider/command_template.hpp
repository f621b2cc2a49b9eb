// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>

#include <span>
#include <string>
#include <string_view>

namespace offload {

/// What a `{placeholder}` in a user's shell command stands for.
struct filling {
  enum class form {
    word,  ///< one word, whatever characters it holds
    text   ///< shell text, as it stands
  };

  std::string_view name;  ///< with its braces
  std::string value;
  form as = form::word;
};

/// `command` with its placeholders filled in, such that a POSIX shell sees exactly the value at
/// that place: quoted where it stands free, escaped where it stands between quotes. Values are not
/// looked at again, and other braces stay as they are.
[[nodiscard]] std::string filled_command(std::string_view command, std::span<filling const> with);

/// `command` with each bundled script that it refers to as `@name.ext`, at its beginning or after
/// white space, as the path that `scripts` has for this name (without the `@`), quoted as
/// `filled_command` does. An error names a script that is not there, and those that are.
[[nodiscard]] result<std::string> with_scripts(std::string_view command,
                                               std::span<filling const> scripts);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/provider/command_template-inl.hpp>
#endif
