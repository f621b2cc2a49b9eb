// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <cstddef>
#include <random>
#include <string>
#include <string_view>

namespace offload {

/// Enough letters and digits that nobody can guess them: for the name of a run, or for a mark.
[[nodiscard]] inline std::string random_name(std::size_t length) {
  constexpr std::string_view letters = "0123456789abcdefghijklmnopqrstuvwxyz";
  std::random_device source;
  std::uniform_int_distribution<std::size_t> pick{0, letters.size() - 1};
  std::string name;
  for (std::size_t i = 0; i < length; ++i) { name += letters[pick(source)]; }
  return name;
}

}  // namespace offload
