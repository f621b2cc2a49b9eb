// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/core/cut_text.hpp>
#include <offload/core/keep_tail.hpp>

#include <gtest/gtest.h>

namespace offload {
namespace {

TEST(HeadOf, KeepsWholeCharacters) {
  EXPECT_EQ(text::head_of("aé", 2), "a");
  EXPECT_EQ(text::head_of("aé", 3), "aé");
  EXPECT_EQ(text::head_of("日本", 5), "日");
  EXPECT_EQ(text::head_of("日本", 2), "");
  EXPECT_EQ(text::head_of("abc", 0), "");
}

TEST(TailOf, KeepsWholeCharacters) {
  EXPECT_EQ(text::tail_of("éa", 2), "a");
  EXPECT_EQ(text::tail_of("éa", 3), "éa");
  EXPECT_EQ(text::tail_of("日本", 5), "本");
  EXPECT_EQ(text::tail_of("日本", 2), "");
  EXPECT_EQ(text::tail_of("abc", 0), "");
}

TEST(HeadAndTail, KeepNearlyAllOfWhatIsNoUtf8) {
  std::string const text(1000, '\x80');

  EXPECT_EQ(text::head_of(text, 100).size(), 97U);
  EXPECT_EQ(text::tail_of(text, 100).size(), 97U);
}

TEST(FirstLinesOf, EndWithALineWhereThereIsOne) {
  EXPECT_EQ(text::first_lines_of("one\ntwo\nthree", 10), "one\ntwo\n");
  EXPECT_EQ(text::first_lines_of("one\ntwo", 7), "one\ntwo");
  EXPECT_EQ(text::first_lines_of("one two three", 7), "one two");
}

TEST(LastLinesOf, BeginWithALineWhereThereIsOne) {
  EXPECT_EQ(text::last_lines_of("one\ntwo\nthree", 11), "two\nthree");
  EXPECT_EQ(text::last_lines_of("one\ntwo", 7), "one\ntwo");
  EXPECT_EQ(text::last_lines_of("one two three", 5), "three");
}

TEST(LastLinesOf, KeepTheEndOfOneLineThatIsTooLong) {
  EXPECT_EQ(text::last_lines_of("a very long line\n", 5), "line\n");
}

TEST(TwoEnds, SayWhatIsLeftOutBetweenThem) {
  EXPECT_EQ(text::two_ends("abcdef", 6), "abcdef");
  EXPECT_EQ(text::two_ends("abcdefgh", 4), "ab\n[... 4 bytes left out ...]\ngh");
  EXPECT_EQ(text::two_ends("abc", 0), "[... 3 bytes left out ...]");
}

TEST(TwoEnds, CutNoCharacter) {
  EXPECT_EQ(text::two_ends("a\u2603bcdef\u2603", 4), "a\n[... 11 bytes left out ...]");
}

TEST(TwoEnds, LeaveNoEmptyLineBehindAWholeLine) {
  EXPECT_EQ(text::two_ends("a\nbcdef", 4), "a\n[... 3 bytes left out ...]\nef");
}

TEST(KeepTail, KeepsAShortOutputWhole) {
  std::string kept;

  text::keep_tail(kept, "one ");
  text::keep_tail(kept, "two");

  EXPECT_EQ(kept, "one two");
}

TEST(KeepTail, KeepsTheEndOfALongOutputInBoundedMemory) {
  std::string kept;

  for (int i = 0; i < 100'000; ++i) { text::keep_tail(kept, "line " + std::to_string(i) + "\n"); }

  EXPECT_LT(kept.size(), 64u * 1024);
  EXPECT_TRUE(kept.ends_with("line 99998\nline 99999\n"));
}

TEST(KeepTail, NeverBeginsInsideOfACharacter) {
  std::string kept;

  for (int i = 0; i < 5; ++i) { text::keep_tail(kept, "\u20ac\u20ac", 5); }

  EXPECT_EQ(kept, "\u20ac\u20ac\u20ac");
}

}  // namespace
}  // namespace offload
