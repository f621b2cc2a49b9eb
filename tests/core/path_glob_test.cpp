// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/core/path_glob.hpp>

#include <gtest/gtest.h>

#include <string>

namespace offload {
namespace {

TEST(PathGlob, WithoutWildcardsMeansOneFile) {
  EXPECT_TRUE(glob::matches_path("a/b.txt", "a/b.txt"));
  EXPECT_FALSE(glob::matches_path("a/b.txt", "a/b.txt2"));
  EXPECT_FALSE(glob::matches_path("b.txt", "a/b.txt"));
  EXPECT_FALSE(glob::matches_path("", "a"));
}

TEST(PathGlob, AStarStandsForSlashesAndDots) {
  EXPECT_TRUE(glob::matches_path("*.png", "shots/deep/a.png"));
  EXPECT_TRUE(glob::matches_path("*", ".hidden/x"));
  EXPECT_TRUE(glob::matches_path(".coverage*", ".coverage.host.123"));
  EXPECT_TRUE(glob::matches_path("out/*", "out/a/b"));
  EXPECT_FALSE(glob::matches_path("out/*", "other/out/a"));
}

TEST(PathGlob, TwoStarsAreLikeOne) {
  EXPECT_TRUE(glob::matches_path(".test_output/**", ".test_output/a/b"));
  EXPECT_TRUE(glob::matches_path("**", "a/b"));
  EXPECT_TRUE(glob::matches_path("a**b", "a/x/b"));
}

TEST(PathGlob, FoldersMayBeNone) {
  EXPECT_TRUE(glob::matches_path("dir/**/x", "dir/x"));
  EXPECT_TRUE(glob::matches_path("dir/**/x", "dir/a/x"));
  EXPECT_TRUE(glob::matches_path("dir/**/x", "dir/a/b/x"));
  EXPECT_TRUE(glob::matches_path("**/x", "x"));
  EXPECT_TRUE(glob::matches_path("**/a/**/x", "b/a/c/a/x"));
  EXPECT_FALSE(glob::matches_path("dir/**/x", "dir/ax"));
  EXPECT_FALSE(glob::matches_path("dir/**/x", "dirx"));
}

TEST(PathGlob, ADotInFrontHasNoMeaning) {
  EXPECT_TRUE(glob::matches_path("./out/*", "out/a"));
  EXPECT_TRUE(glob::matches_path("./.out", ".out"));
}

TEST(PathGlob, AnAbsolutePathIsNoneBelowTheFolder) { EXPECT_FALSE(glob::matches_path("/a", "a")); }

TEST(PathGlob, QuestionMarksAndBracketsStandForOneCharacter) {
  EXPECT_TRUE(glob::matches_path("a?c", "abc"));
  EXPECT_FALSE(glob::matches_path("a?c", "ac"));
  EXPECT_TRUE(glob::matches_path("log[0-9].txt", "log7.txt"));
  EXPECT_FALSE(glob::matches_path("log[!0-9].txt", "log7.txt"));
  EXPECT_TRUE(glob::matches_path("[]x]", "]"));
  EXPECT_TRUE(glob::matches_path("a[b", "a[b"));
  EXPECT_TRUE(glob::matches_path("app/\\[id\\]/*", "app/[id]/page.png"));
}

TEST(PathGlob, ABackslashEscapesInASet) {
  for (auto const of : {glob::dialect::artifacts, glob::dialect::git, glob::dialect::docker}) {
    EXPECT_TRUE(glob::matches(of, "[\\]]x", "]x"));
    EXPECT_FALSE(glob::matches(of, "[\\]]x", "\\]x"));
    EXPECT_TRUE(glob::matches(of, "[a\\-z]", "-"));
    EXPECT_FALSE(glob::matches(of, "[a\\-z]", "m"));
  }
}

TEST(PathGlob, SetsCountBytesFrom0To255) {
  EXPECT_TRUE(glob::matches_path("[\x01-\xFF]", "a"));
  EXPECT_TRUE(glob::matches_path("[a-\xFF]", "\xC3"));
}

TEST(PathGlob, DialectsDifferInSlashes) {
  EXPECT_TRUE(glob::matches(glob::dialect::git, "*.c", "a/b.c"));
  EXPECT_FALSE(glob::matches(glob::dialect::docker, "*.c", "a/b.c"));
  EXPECT_TRUE(glob::matches(glob::dialect::docker, "**.c", "a/.c"));
  EXPECT_TRUE(glob::matches(glob::dialect::git, "a[/]b", "a/b"));
  EXPECT_FALSE(glob::matches(glob::dialect::docker, "a[/]b", "a/b"));
}

TEST(PathGlob, DialectsDifferInFolders) {
  EXPECT_TRUE(glob::matches(glob::dialect::artifacts, "a/**/b", "a/b"));
  EXPECT_FALSE(glob::matches(glob::dialect::git, "a/**/b", "a/b"));
  EXPECT_TRUE(glob::matches(glob::dialect::docker, "a**/b", "ab"));
  EXPECT_FALSE(glob::matches(glob::dialect::artifacts, "a**/b", "ab"));
}

TEST(PathGlob, DialectsDifferInNegation) {
  EXPECT_TRUE(glob::matches(glob::dialect::git, "[!a]", "b"));
  EXPECT_FALSE(glob::matches(glob::dialect::docker, "[!a]", "b"));
  EXPECT_TRUE(glob::matches(glob::dialect::docker, "[!a]", "!"));
}

TEST(PathGlob, ManyStarsTakeNoLongTime) {
  std::string glob;
  for (int i = 0; i < 30; ++i) { glob += "*a"; }

  EXPECT_FALSE(glob::matches_path(glob + "b", std::string(5000, 'a')));
}

TEST(PathGlob, RulesOutFoldersByTheTextInFront) {
  EXPECT_TRUE(glob::may_match_below("shots/a/*.png", "shots/"));
  EXPECT_TRUE(glob::may_match_below("./shots/*.png", "shots/deep/"));
  EXPECT_TRUE(glob::may_match_below(".cov*", ".coverage/"));
  EXPECT_TRUE(glob::may_match_below("*.png", "any/"));
  EXPECT_FALSE(glob::may_match_below("shots/*.png", "src/"));
  EXPECT_FALSE(glob::may_match_below("shots", "src/"));
}

}  // namespace
}  // namespace offload
