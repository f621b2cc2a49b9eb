// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <optional>
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

/// The bundled script that a command refers to as `@name.ext`, at its beginning or after white
/// space: without the `@`. Nothing when it refers to none.
[[nodiscard]] std::optional<std::string_view> script_reference(std::string_view command);

}  // namespace offload
