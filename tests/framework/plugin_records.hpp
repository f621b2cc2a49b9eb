// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/crc32.hpp>

#include <fmt/format.h>

#include <cstddef>
#include <string>

/// Writes what Offload's plugins for test frameworks write.
namespace offload::testing {

/// The record of an event, which has the number `n`; in one line, however it stands in the test.
inline std::string record(std::string event, std::size_t n = 0) {
  std::erase(event, '\n');
  auto const body = fmt::format("{}{}\"n\":{}", event.substr(0, event.size() - 1),
                                event.size() > 2 ? "," : "", n);
  return fmt::format("\x1e{},\"crc\":\"{:08x}\"}}\n", body, crc32(body));
}

}  // namespace offload::testing
