// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/image/docker_ignore.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace offload {
namespace {

using ::testing::HasSubstr;

/// Whether a `.dockerignore` of this text leaves the path out.
bool leaves_out(std::string_view text, std::string_view path) {
  auto const ignore = docker_ignore::parse(text);
  if (!ignore) { ADD_FAILURE() << to_string(ignore.error()); }
  return ignore && ignore->leaves_out(path);
}

TEST(DockerIgnore, LeavesOutNothingWithoutPatterns) {
  EXPECT_FALSE(leaves_out("", "a"));
  EXPECT_FALSE(leaves_out("# comment\n\n   \n", "# comment"));
  EXPECT_FALSE(docker_ignore{}.leaves_out("a"));
}

TEST(DockerIgnore, ReadsTheExamplesOfDockersDocumentation) {
  EXPECT_TRUE(leaves_out("*/temp*", "somedir/temporary.txt"));
  EXPECT_TRUE(leaves_out("*/temp*", "somedir/temp/below"));
  EXPECT_FALSE(leaves_out("*/temp*", "temporary.txt"));
  EXPECT_FALSE(leaves_out("*/temp*", "somedir/subdir/temporary.txt"));
  EXPECT_TRUE(leaves_out("*/*/temp*", "somedir/subdir/temporary.txt"));
  EXPECT_TRUE(leaves_out("temp?", "tempa"));
  EXPECT_FALSE(leaves_out("temp?", "temp"));
  EXPECT_TRUE(leaves_out("**/*.go", "a.go"));
  EXPECT_TRUE(leaves_out("**/*.go", "a/b/c.go"));
}

TEST(DockerIgnore, LetsTheLastPatternDecide) {
  constexpr std::string_view readme_stays = "*.md\n!README.md\n";
  EXPECT_TRUE(leaves_out(readme_stays, "other.md"));
  EXPECT_FALSE(leaves_out(readme_stays, "README.md"));
  constexpr std::string_view secret_goes = "*.md\n!README*.md\nREADME-secret.md\n";
  EXPECT_FALSE(leaves_out(secret_goes, "README-open.md"));
  EXPECT_TRUE(leaves_out(secret_goes, "README-secret.md"));
  constexpr std::string_view taken_back_again = "*.md\nREADME-secret.md\n!README*.md\n";
  EXPECT_FALSE(leaves_out(taken_back_again, "README-secret.md"));
}

TEST(DockerIgnore, TakesFilesBackFromFoldersThatAreLeftOut) {
  constexpr std::string_view text = "*\n!src\n!docs/**/*.md\nsrc/private\n";
  EXPECT_TRUE(leaves_out(text, "Makefile"));
  EXPECT_FALSE(leaves_out(text, "src/a.cpp"));
  EXPECT_TRUE(leaves_out(text, "src/private/key"));
  EXPECT_FALSE(leaves_out(text, "docs/x/y/z.md"));
  EXPECT_TRUE(leaves_out(text, "docs/x/y/z.txt"));
}

TEST(DockerIgnore, BeginsAtTheRoot) {
  EXPECT_TRUE(leaves_out("foo/bar", "foo/bar"));
  EXPECT_FALSE(leaves_out("foo/bar", "x/foo/bar"));
  EXPECT_FALSE(leaves_out("*.log", "x/a.log")) << "git would leave it out, Docker does not";
  EXPECT_TRUE(leaves_out("/foo/bar", "foo/bar"));
  EXPECT_TRUE(leaves_out("node_modules", "node_modules/x/y"));
  EXPECT_FALSE(leaves_out("node_modules", "web/node_modules/x"));
}

TEST(DockerIgnore, CleansPatterns) {
  EXPECT_TRUE(leaves_out("  foo/  \r\n", "foo/x"));
  EXPECT_TRUE(leaves_out("./foo//bar/../baz/", "foo/baz"));
  EXPECT_TRUE(leaves_out("!x\n  # no comment", "# no comment"));
  EXPECT_TRUE(
      leaves_out("\xef\xbb\xbf"
                 "foo",
                 "foo"));
  EXPECT_FALSE(leaves_out("foo\n!  foo", "foo"));
  EXPECT_FALSE(leaves_out("../foo", "foo"));
}

TEST(DockerIgnore, KnowsDoubleStarsAnywhere) {
  EXPECT_TRUE(leaves_out("**", "a/b"));
  EXPECT_TRUE(leaves_out("a/**", "a/b/c"));
  EXPECT_FALSE(leaves_out("a/**", "ab"));
  EXPECT_TRUE(leaves_out("a/**/b", "a/b"));
  EXPECT_TRUE(leaves_out("a/**/b", "a/x/y/b"));
  EXPECT_FALSE(leaves_out("a/**/b", "a/xb"));
  EXPECT_TRUE(leaves_out("**/b", "b"));
  EXPECT_TRUE(leaves_out("**/node_modules", "x/y/node_modules/z"));
  EXPECT_TRUE(leaves_out("**/a/**/c", "x/a/c"));
}

TEST(DockerIgnore, KnowsBracketsAndEscapes) {
  EXPECT_TRUE(leaves_out("[a-c]x", "bx"));
  EXPECT_FALSE(leaves_out("[a-c]x", "dx"));
  EXPECT_TRUE(leaves_out("[^a-c]x", "dx"));
  EXPECT_FALSE(leaves_out("[^a]x", "/x"));
  EXPECT_TRUE(leaves_out("app/[id]/p", "app/i/p"));
  EXPECT_FALSE(leaves_out("app/[id]/p", "app/[id]/p"));
  EXPECT_TRUE(leaves_out("app/\\[id\\]/p", "app/[id]/p"));
  EXPECT_TRUE(leaves_out("a\\*b", "a*b"));
  EXPECT_FALSE(leaves_out("a\\*b", "axb"));
  EXPECT_TRUE(leaves_out("a.b+(c)$", "a.b+(c)$"));
  EXPECT_FALSE(leaves_out("a.b", "axb"));
}

TEST(DockerIgnore, SaysWhichLineIsWrong) {
  EXPECT_THAT(docker_ignore::parse("a\n!\n").error().message, HasSubstr(".dockerignore:2: `!`"));
  EXPECT_THAT(docker_ignore::parse("a\n\nx[ab\n").error().message, HasSubstr(".dockerignore:3:"));
}

TEST(DockerIgnore, IsNotSlowedDownByStars) {
  std::string text;
  for (int i = 0; i < 40; ++i) { text += "*a**/"; }

  EXPECT_FALSE(leaves_out(text + "b", std::string(400, 'a')));
}

}  // namespace
}  // namespace offload
