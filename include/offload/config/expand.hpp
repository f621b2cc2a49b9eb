// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace offload {

/// Looks up an environment variable. A variable with an empty value counts as set.
using variable_lookup = std::function<std::optional<std::string>(std::string_view name)>;

/// Looks up a variable of this process.
[[nodiscard]] std::optional<std::string> environment_variable(std::string_view name);

/// Replaces `${NAME}` (an error if it is unset), `${NAME:-default}` (the default, up to the first
/// `}`, only if it is unset) and `$$` (one dollar sign). Other dollar signs stay.
[[nodiscard]] result<std::string> expand(std::string_view text, variable_lookup const& variables);

/// The same for a command line. Single-quoted parts stay unchanged, since they are meant for a
/// shell that the command starts, as in `bash -c 'cd ${DIR}; exec "$@"' --`.
[[nodiscard]] result<std::string> expand_command_line(std::string_view text,
                                                      variable_lookup const& variables);

}  // namespace offload
