// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/core/joined.hpp>

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace offload {
namespace {

TEST(Joined, StandsBetweenTheItemsOnly) {
  EXPECT_EQ(text::joined(std::vector<std::string>{}, ", "), "");
  EXPECT_EQ(text::joined(std::vector<std::string>{"a"}, ", "), "a");
  EXPECT_EQ(text::joined(std::array<std::string_view, 3>{"a", "", "c"}, ", "), "a, , c");
}

TEST(Joined, TakesTheTextsOfItems) {
  auto const text_of = [](int n) { return std::to_string(n); };

  EXPECT_EQ(text::joined(std::vector{1, 2, 3}, "|", text_of), "1|2|3");
}

}  // namespace
}  // namespace offload
