// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/framework/output_tail.hpp>

#include <gtest/gtest.h>

namespace offload {
namespace {

TEST(DiscoveryDetail, PrefersStandardError) {
  EXPECT_EQ(discovery_detail("\n  boom \n", "some output"), "boom");
}

TEST(DiscoveryDetail, SaysThatItShowsStandardOutputInstead) {
  EXPECT_EQ(discovery_detail(" \n", "some output\n"), "(stderr empty, stdout): some output");
}

TEST(DiscoveryDetail, SaysThatThereWasNoOutput) {
  EXPECT_EQ(discovery_detail("", " \r\n"), "no output captured");
}

TEST(DiscoveryDetail, ShowsTheEndOfALongTextFromTheBeginningOfALine) {
  std::string text;
  for (int i = 0; i < 1000; ++i) { text += "line " + std::to_string(i) + "\n"; }

  auto const shown = discovery_detail(text, "");

  EXPECT_TRUE(shown.starts_with("(truncated) ... line "));
  EXPECT_TRUE(shown.ends_with("line 999"));
  EXPECT_LE(shown.size(), 2100u);
}

TEST(DiscoveryDetail, NeverCutsACharacterInTwo) {
  for (std::size_t shift = 0; shift < 3; ++shift) {
    std::string text(shift, 'x');
    for (int i = 0; i < 2000; ++i) { text += "\u20ac"; }

    auto const shown = discovery_detail(text, "");

    EXPECT_TRUE(shown.starts_with("(truncated) ... \u20ac")) << shown.substr(0, 30);
  }
}

}  // namespace
}  // namespace offload
