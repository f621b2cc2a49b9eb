// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/config.hpp>

#include <offload/core/inline.hpp>

#include <fmt/core.h>

namespace offload {

OFFLOAD_INLINE std::string describe(config const& c) {
  auto text = fmt::format(
      "Settings:\n"
      "  Max parallel: {}\n"
      "  Test timeout: {}s\n"
      "  Provider: {}\n"
      "  Framework: {}\n",
      c.run.max_parallel, c.run.test_timeout.count(), to_string(kind_of(c.provider)),
      to_string(kind_of(c.framework)));
  if (c.run.sandbox_init_cmd) {
    text += fmt::format("  Sandbox init cmd: {}\n", *c.run.sandbox_init_cmd);
  }
  text += "\nGroups:\n";
  for (auto const& g : c.groups) {
    text += fmt::format("  {}: retry_count = {}\n", g.name, g.retry_count);
  }
  return text;
}

}  // namespace offload
