// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <fmt/core.h>

#include "commands.hpp"
#include "warn.hpp"

namespace offload::cli {

int unavailable(std::string const& command) {
  return fail_with(
      {errc::unavailable,
       fmt::format("`offload {}` is not available yet in Offload " OFFLOAD_VERSION, command)});
}

}  // namespace offload::cli
