// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "all_headers.hpp"
#include "answer.hpp"

#include <fmt/core.h>

int main() {
  auto const good = answer("a b");
  auto const bad = answer("").map_error(offload::doing("asking"));
  fmt::print("{} | {}\n", good.value(), offload::to_string(bad.error()));
  return *good == "'a b'" && !bad ? 0 : 1;
}
