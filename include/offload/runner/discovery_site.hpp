// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/process/environment.hpp>

#include <string>

namespace offload {

/// Where listings run: on this machine, before there is any sandbox.
struct discovery_site {
  environment env = environment::without_repository();
  std::string working_dir{};
  std::string shared_dir{};  ///< see `run_context`; the runner's to fill in
};

}  // namespace offload
