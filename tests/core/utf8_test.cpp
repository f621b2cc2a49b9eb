// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/core/utf8.hpp>

#include <gtest/gtest.h>

namespace offload {
namespace {

TEST(Utf8, KnowsHowLongACharacterIs) {
  EXPECT_EQ(text::utf8_length("\xc3\xa4x"), 2U);
  EXPECT_EQ(text::utf8_length("\xe2\x82\xac"), 3U);
  EXPECT_EQ(text::utf8_length("\xf0\x9f\x98\x80"), 4U);
  EXPECT_EQ(text::utf8_length("\xef\xbf\xbf"), 3U);
}

TEST(Utf8, RefusesWhatIsNotWellFormed) {
  EXPECT_EQ(text::utf8_length("\xff"), 0U);
  EXPECT_EQ(text::utf8_length("\x80"), 0U) << "no first byte";
  EXPECT_EQ(text::utf8_length("\xc3"), 0U) << "cut off";
  EXPECT_EQ(text::utf8_length("\xc3x"), 0U);
  EXPECT_EQ(text::utf8_length("\xc0\xaf"), 0U) << "longer than it has to be";
  EXPECT_EQ(text::utf8_length("\xed\xa0\x80"), 0U) << "half of a pair";
  EXPECT_EQ(text::utf8_length("\xf4\x90\x80\x80"), 0U) << "behind the last one";
  EXPECT_EQ(text::utf8_length("\xf8\x88\x80\x80\x80"), 0U);
}

}  // namespace
}  // namespace offload
