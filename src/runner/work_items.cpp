// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/runner/work_items.hpp>

#include <cstdint>

namespace offload {

std::vector<work_item> work_items(std::span<test_case const> tests) {
  std::vector<work_item> items;
  items.reserve(tests.size());
  for (auto const& test : tests) {
    items.push_back({.test = {static_cast<std::uint32_t>(items.size())},
                     .file = test.place.file,
                     .expected = test.expected,
                     .together = test.together,
                     .id_bytes = test.id.value.size()});
  }
  return items;
}

}  // namespace offload
