// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

namespace offload {

/// Opens /dev/null in the place of each standard stream that this process was started without.
/// Otherwise the next file to be opened would get its number, and what is printed. To be called
/// before anything else.
void fill_standard_streams();

}  // namespace offload
