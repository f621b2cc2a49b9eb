// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <string>

namespace offload {

/// The bytes of a file; empty when it cannot be read.
[[nodiscard]] std::string contents_of(std::string const& path);

}  // namespace offload
