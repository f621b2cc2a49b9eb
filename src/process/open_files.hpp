// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

namespace offload {

/// Gives a child process the soft limit of open files that this process had before
/// `allow_open_files` raised it.
void restore_open_file_limit(int pid);

}  // namespace offload
