// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/process/unique_fd.hpp>

namespace offload {

/// A descriptor that becomes readable when the child `pid` has exited, before it is reaped.
[[nodiscard]] unique_fd watch_exit(int pid);

}  // namespace offload
