// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <compare>
#include <string>

namespace offload {

/// The key of a history entry: a test in one configuration.
struct history_key {
  std::string config{};  ///< the name of the configuration's file, without its folder
  std::string test{};    ///< the id as valid UTF-8: see `history_key_of`

  auto operator<=>(history_key const&) const = default;
};

}  // namespace offload
