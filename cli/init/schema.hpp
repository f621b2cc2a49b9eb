// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <string>

namespace offload {

/// A JSON schema (draft 7) of offload.toml for editors, made of the same list as its reader. It
/// allows unknown keys, since the reader only warns about them.
[[nodiscard]] std::string config_schema();

}  // namespace offload
