// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/core/path_glob.hpp>

#include <gtest/gtest.h>

#include <string>

namespace offload {
namespace {

TEST(PathGlob, WithoutWildcardsMeansOneFile) {
  EXPECT_TRUE(path_matches("a/b.txt", "a/b.txt"));
  EXPECT_FALSE(path_matches("a/b.txt", "a/b.txt2"));
  EXPECT_FALSE(path_matches("b.txt", "a/b.txt"));
  EXPECT_FALSE(path_matches("", "a"));
}

TEST(PathGlob, AStarStandsForSlashesAndDots) {
  EXPECT_TRUE(path_matches("*.png", "shots/deep/a.png"));
  EXPECT_TRUE(path_matches("*", ".hidden/x"));
  EXPECT_TRUE(path_matches(".coverage*", ".coverage.host.123"));
  EXPECT_TRUE(path_matches("out/*", "out/a/b"));
  EXPECT_FALSE(path_matches("out/*", "other/out/a"));
}

TEST(PathGlob, TwoStarsAreLikeOne) {
  EXPECT_TRUE(path_matches(".test_output/**", ".test_output/a/b"));
  EXPECT_TRUE(path_matches("**", "a/b"));
  EXPECT_TRUE(path_matches("a**b", "a/x/b"));
}

TEST(PathGlob, FoldersMayBeNone) {
  EXPECT_TRUE(path_matches("dir/**/x", "dir/x"));
  EXPECT_TRUE(path_matches("dir/**/x", "dir/a/x"));
  EXPECT_TRUE(path_matches("dir/**/x", "dir/a/b/x"));
  EXPECT_TRUE(path_matches("**/x", "x"));
  EXPECT_TRUE(path_matches("**/a/**/x", "b/a/c/a/x"));
  EXPECT_FALSE(path_matches("dir/**/x", "dir/ax"));
  EXPECT_FALSE(path_matches("dir/**/x", "dirx"));
}

TEST(PathGlob, ADotInFrontHasNoMeaning) {
  EXPECT_TRUE(path_matches("./out/*", "out/a"));
  EXPECT_TRUE(path_matches("./.out", ".out"));
}

TEST(PathGlob, AnAbsolutePathIsNoneBelowTheFolder) { EXPECT_FALSE(path_matches("/a", "a")); }

TEST(PathGlob, QuestionMarksAndBracketsStandForOneCharacter) {
  EXPECT_TRUE(path_matches("a?c", "abc"));
  EXPECT_FALSE(path_matches("a?c", "ac"));
  EXPECT_TRUE(path_matches("log[0-9].txt", "log7.txt"));
  EXPECT_FALSE(path_matches("log[!0-9].txt", "log7.txt"));
  EXPECT_TRUE(path_matches("[]x]", "]"));
  EXPECT_TRUE(path_matches("a[b", "a[b"));
  EXPECT_TRUE(path_matches("app/\\[id\\]/*", "app/[id]/page.png"));
}

TEST(PathGlob, ABackslashEscapesInASet) {
  for (auto const of : {glob_dialect::artifacts, glob_dialect::git, glob_dialect::docker}) {
    EXPECT_TRUE(glob_matches(of, "[\\]]x", "]x"));
    EXPECT_FALSE(glob_matches(of, "[\\]]x", "\\]x"));
    EXPECT_TRUE(glob_matches(of, "[a\\-z]", "-"));
    EXPECT_FALSE(glob_matches(of, "[a\\-z]", "m"));
  }
}

TEST(PathGlob, SetsCountBytesFrom0To255) {
  EXPECT_TRUE(path_matches("[\x01-\xFF]", "a"));
  EXPECT_TRUE(path_matches("[a-\xFF]", "\xC3"));
}

TEST(PathGlob, DialectsDifferInSlashes) {
  EXPECT_TRUE(glob_matches(glob_dialect::git, "*.c", "a/b.c"));
  EXPECT_FALSE(glob_matches(glob_dialect::docker, "*.c", "a/b.c"));
  EXPECT_TRUE(glob_matches(glob_dialect::docker, "**.c", "a/.c"));
  EXPECT_TRUE(glob_matches(glob_dialect::git, "a[/]b", "a/b"));
  EXPECT_FALSE(glob_matches(glob_dialect::docker, "a[/]b", "a/b"));
}

TEST(PathGlob, DialectsDifferInFolders) {
  EXPECT_TRUE(glob_matches(glob_dialect::artifacts, "a/**/b", "a/b"));
  EXPECT_FALSE(glob_matches(glob_dialect::git, "a/**/b", "a/b"));
  EXPECT_TRUE(glob_matches(glob_dialect::docker, "a**/b", "ab"));
  EXPECT_FALSE(glob_matches(glob_dialect::artifacts, "a**/b", "ab"));
}

TEST(PathGlob, DialectsDifferInNegation) {
  EXPECT_TRUE(glob_matches(glob_dialect::git, "[!a]", "b"));
  EXPECT_FALSE(glob_matches(glob_dialect::docker, "[!a]", "b"));
  EXPECT_TRUE(glob_matches(glob_dialect::docker, "[!a]", "!"));
}

TEST(PathGlob, ManyStarsTakeNoLongTime) {
  std::string glob;
  for (int i = 0; i < 30; ++i) { glob += "*a"; }

  EXPECT_FALSE(path_matches(glob + "b", std::string(5000, 'a')));
}

TEST(PathGlob, RulesOutFoldersByTheTextInFront) {
  EXPECT_TRUE(may_match_below("shots/a/*.png", "shots/"));
  EXPECT_TRUE(may_match_below("./shots/*.png", "shots/deep/"));
  EXPECT_TRUE(may_match_below(".cov*", ".coverage/"));
  EXPECT_TRUE(may_match_below("*.png", "any/"));
  EXPECT_FALSE(may_match_below("shots/*.png", "src/"));
  EXPECT_FALSE(may_match_below("shots", "src/"));
}

}  // namespace
}  // namespace offload
