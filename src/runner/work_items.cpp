// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/runner/work_items.hpp>

#include <range/v3/range/conversion.hpp>
#include <range/v3/view/enumerate.hpp>
#include <range/v3/view/transform.hpp>

#include <cstdint>

namespace offload {
namespace {

work_item work_item_of(std::size_t place, test_case const& test) {
  return {.test = {static_cast<std::uint32_t>(place)},
          .file = test.place.file,
          .expected = test.expected,
          .together = test.together,
          .id_bytes = test.id.value.size()};
}

}  // namespace

std::vector<work_item> work_items(std::span<test_case const> tests) {
  return ranges::views::enumerate(tests) | ranges::views::transform([](auto const& numbered) {
           return work_item_of(numbered.first, numbered.second);
         }) |
         ranges::to<std::vector>();
}

}  // namespace offload
