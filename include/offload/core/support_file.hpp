// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <string>
#include <string_view>

namespace offload {

/// A file that a framework's commands need in a sandbox in addition to the project's files.
struct support_file {
  std::string name{};           ///< a plain file name
  std::string_view contents{};  ///< valid as long as the run
};

}  // namespace offload
