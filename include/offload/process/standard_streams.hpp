// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

namespace offload {

/// Leads those of the three standard streams that are closed to /dev/null. Otherwise the next file
/// to be opened would take the place of one, and whoever prints would write into it. To be called
/// before anything else is opened.
void open_standard_streams();

}  // namespace offload
