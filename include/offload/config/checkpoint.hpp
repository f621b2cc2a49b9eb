// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <string>
#include <vector>

namespace offload {

/// `[checkpoint]`: the base image is built from the last commit that changed one of these files.
struct checkpoint_config {
  std::vector<std::string> build_inputs;  ///< git pathspecs; never empty after loading

  bool operator==(checkpoint_config const&) const = default;
};

}  // namespace offload
