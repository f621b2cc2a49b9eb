// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <string>
#include <string_view>

namespace offload {

/// A short name of `what` for people and scripts to ask for: `kind` and 8 hex digits, the same in
/// every run.
[[nodiscard]] std::string handle_of(char kind, std::string_view what);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/report/handle-inl.hpp>
#endif
