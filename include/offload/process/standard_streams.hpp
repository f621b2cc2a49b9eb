// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

namespace offload {

/// Makes the standard streams safe to write to. Call it before any file is opened.
///
/// It connects closed ones to /dev/null. Otherwise the next file that is opened would become a
/// standard stream, and printed text would go into it. A write to a stream whose reader is gone
/// fails, and does not end the process (SIGPIPE is ignored; child processes do not inherit that).
void open_standard_streams();

}  // namespace offload
