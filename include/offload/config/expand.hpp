// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace offload {

/// Looks up an environment variable; an empty value is a value.
using variable_lookup = std::function<std::optional<std::string>(std::string_view name)>;

/// The variable of this process.
[[nodiscard]] std::optional<std::string> environment_variable(std::string_view name);

/// Replaces `${NAME}` (an error when it is unset), `${NAME:-default}` (the default only when it is
/// unset, up to the first `}`) and `$$` (one dollar sign). Other dollar signs stay.
[[nodiscard]] result<std::string> expand(std::string_view text, variable_lookup const& variables);

/// Likewise for a command line, whose single-quoted parts stay as they are: they are meant for a
/// shell that the command starts, as in `bash -c 'cd ${DIR}; exec "$@"' --`.
[[nodiscard]] result<std::string> expand_command_line(std::string_view text,
                                                      variable_lookup const& variables);

}  // namespace offload
