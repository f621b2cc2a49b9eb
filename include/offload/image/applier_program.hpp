// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <string_view>

namespace offload {

/// The bytes of `offload-apply-diff`, which does what apply_patch_file does and runs anywhere on
/// this kind of machine, with nothing installed. To be written into a sandbox or image, and made
/// executable. Empty when Offload was built without it (no static libraries).
[[nodiscard]] std::string_view applier_program();

}  // namespace offload
