// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/image/patch.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sample.hpp"

namespace offload {
namespace {

using ::testing::HasSubstr;

std::string const head = "diff --git a/f b/f\n";

/// What a patch of one file makes of its contents; an error's text if it does not fit.
std::string made(std::string const& patch, std::string_view old) {
  auto const changes = parse_patch(patch);
  if (!changes) { return changes.error().message; }
  auto const contents = patched(changes->front(), old);
  return contents ? *contents : contents.error().message;
}

std::string with_hunk(std::string const& hunk) { return head + "--- a/f\n+++ b/f\n" + hunk; }

TEST(Patched, LaysHunksOverTheText) {
  auto const patch = with_hunk("@@ -1,2 +1,3 @@\n a\n+between\n b\n@@ -4 +4,0 @@ b\n-d\n");

  EXPECT_EQ(made(patch, "a\nb\nc\nd\ne\n"), "a\nbetween\nb\nc\ne\n");
}

TEST(Patched, SaysWhichHunkDoesNotFitAndWhatIsThere) {
  auto const patch = with_hunk("@@ -1 +1 @@\n-a\n+A\n@@ -3,2 +3,2 @@\n c\n-d\n+D\n");

  EXPECT_EQ(made(patch, "a\nb\nc\nother\n"),
            "`f`: hunk 2 (line 7 of the patch) does not fit: at line 4 it expects `d`, but there "
            "is `other`");
  EXPECT_THAT(made(patch, "a\nb\nc\n"), HasSubstr("at line 4 it expects `d`, but the file ends"));
  EXPECT_THAT(made(patch, "a\nb\n"), HasSubstr("at line 3 it expects `c`, but the file ends"));
  EXPECT_THAT(made(patch, "a\n"), HasSubstr("it starts at line 3, but the file ends at line 1"));
  EXPECT_THAT(made(patch, "a\nb\nc\nd"), HasSubstr("expects `d`, but there is `d` without a newl"));
  EXPECT_THAT(made(patch, "a\nb\nc\nd\r\n"), HasSubstr("expects `d`, but there is `d\\r`"));
}

TEST(Patched, DoesNotSlideAHunkToAnotherPlace) {
  auto const patch = with_hunk("@@ -2 +2 @@\n-x\n+y\n");

  EXPECT_THAT(made(patch, "a\nb\nx\n"), HasSubstr("at line 2 it expects `x`, but there is `b`"));
}

TEST(Patched, NoticesAMissingHunk) {
  auto const patch = with_hunk("@@ -3 +4 @@\n-c\n+C\n");

  EXPECT_THAT(made(patch, "a\nb\nc\n"), HasSubstr("a hunk is missing"));
}

TEST(Patched, KeepsLinesWithoutNewlineAtTheEnd) {
  auto const patch = with_hunk(
      "@@ -1 +1,2 @@\n-a\n\\ No newline at end of file\n+a\n+b\n\\ No newline at end of file\n");

  EXPECT_EQ(made(patch, "a"), "a\nb");
  EXPECT_THAT(made(patch, "a\n"), HasSubstr("expects `a` without a newline, but there is `a`"));
}

TEST(Patched, RefusesALineBehindOneWithoutNewline) {
  auto const patch = with_hunk("@@ -0,0 +1 @@\n+a\n\\ No newline at end of file\n");

  EXPECT_THAT(made(patch, "b\n"), HasSubstr("a line without a newline is not the last line"));
}

TEST(Patched, ChecksTheIdsBeforeAndAfter) {
  std::string const right =
      "index ce013625030ba8dba906f756967f9e9ca394464a"
      "..cc628ccd10742baea8241c5924df992b5c019f71\n";
  std::string const wrong =
      "index ce013625030ba8dba906f756967f9e9ca394464a"
      "..cc628ccd10742baea8241c5924df992b5c019f72\n";
  std::string const hunk = "--- a/f\n+++ b/f\n@@ -1 +1 @@\n-hello\n+world\n";

  EXPECT_EQ(made(head + right + hunk, "hello\n"), "world\n");
  EXPECT_THAT(made(head + right + hunk, "hello\nmore\n"),
              HasSubstr("its contents differ from the patch's base"));
  EXPECT_THAT(made(head + wrong + hunk, "hello\n"), HasSubstr("the patched contents are wrong"));
}

TEST(Patched, DoesNotDeleteMoreThanThePatchKnows) {
  std::string const deletion =
      head + "deleted file mode 100644\n--- a/f\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n";

  EXPECT_EQ(made(deletion, "a\n"), "");
  EXPECT_THAT(made(deletion, "a\nb\n"), HasSubstr("has more contents than the patch removes"));
  EXPECT_THAT(made(head + "deleted file mode 100644\nindex e69de29..0000000\n", "a\n"),
              HasSubstr("has more contents than the patch removes"));
}

TEST(Patched, RefusesDamagedBinaryData) {
  std::string const binary = head + "GIT binary patch\n";

  // "abc", deflated; then with a byte too much; then a delta that copies what is not there.
  EXPECT_EQ(made(binary + "literal 3\nKc$`a2N(KM|O#vqW\n\n", ""), "abc");
  EXPECT_THAT(made(binary + "literal 4\nKc$`a2N(KM|O#vqW\n\n", ""),
              HasSubstr("does not have the announced size of 4 bytes"));
  EXPECT_THAT(made(binary + "literal 99999999999999\nKc$`a2N(KM|O#vqW\n\n", ""),
              HasSubstr("does not have the announced size"));
  EXPECT_THAT(made(binary + "literal 3\nKc$`a2N(KN|O#vqW\n\n", ""),
              HasSubstr("the compressed data is damaged"));
  EXPECT_THAT(made(binary + "literal 3\nLc$`a2N(KM|O#vr(\n\n", ""),
              HasSubstr("the compressed data is damaged"));
  EXPECT_THAT(made(binary + "delta 4\nLc${NqnZOAE0Yw0z\n\n", "abc"),
              HasSubstr("its binary delta is damaged"));
  EXPECT_THAT(made(binary + "delta 4\nLc${NqnZOAE0Yw0z\n\n", "ab"),
              HasSubstr("it has 2 bytes, but the patch was made from 3"));
}

TEST(Patched, MakesTheSampleOfItsBase) {
  auto const patch = testing::sample_patch();
  auto const base = testing::sample_base();
  auto const changes = parse_patch(patch);
  ASSERT_TRUE(changes);

  EXPECT_EQ(patched(changes->front(), base.at("bin")), base.at("bin") + std::string("\0!", 2));
  EXPECT_THAT(patched(changes->front(), "other").error().message,
              HasSubstr("`bin`: its contents differ from the patch's base"));
}

}  // namespace
}  // namespace offload
