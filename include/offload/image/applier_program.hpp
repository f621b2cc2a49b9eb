// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <string_view>

namespace offload {

/// The bytes of the program `offload-apply-diff`, which calls apply_patch_file. It is statically
/// linked, so it runs on any machine of this architecture. Write it into a sandbox or image and
/// make it executable. Empty if Offload was built without it (no static libraries).
[[nodiscard]] std::string_view applier_program();

}  // namespace offload
