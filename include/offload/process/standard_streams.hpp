// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

namespace offload {

/// Connects closed standard streams to /dev/null. Otherwise the next file that is opened would
/// become a standard stream, and printed text would go into it. Call it before any file is opened.
void open_standard_streams();

}  // namespace offload
