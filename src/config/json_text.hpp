// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/expand.hpp>
#include <offload/core/error.hpp>

#include <string>

#include <toml++/toml.h>

namespace offload {

/// The table as one line of JSON, with `${VAR}` expanded in its strings. Dates become strings.
[[nodiscard]] result<std::string> json_text(toml::table const& table,
                                            variable_lookup const& variables);

}  // namespace offload
