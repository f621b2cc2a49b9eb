// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <string>

#include "init/default_text.hpp"

namespace offload {

/// The [framework] section of `type = "default"`, behind an empty line.
[[nodiscard]] std::string command_framework_text(init_choices const& choices);

}  // namespace offload
