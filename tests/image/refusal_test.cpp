// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/image/apply_patch.hpp>

#include <sys/stat.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "patches.hpp"
#include "support/temp_dir.hpp"

namespace offload {
namespace {

namespace fs = std::filesystem;
using namespace testing;
using ::testing::HasSubstr;

/// What apply_patch says to a patch that it must refuse; and the tree is as it was.
std::string refusal(std::string const& patch, temp_dir const& root) {
  auto const before = tree_of(root.path());
  auto const applied = apply_patch(patch, root.path().string());
  EXPECT_FALSE(applied) << "the patch is accepted";
  EXPECT_EQ(tree_of(root.path()), before);
  return applied ? "" : applied.error().message;
}

TEST(ApplyPatchRefuses, AllOfAPatchThatFitsInPart) {
  temp_dir const root;
  put_file(root / "a", "x\n");
  put_file(root / "b", "other\n");

  auto const said = refusal(
      patch_that_makes("new") + patch_that_edits("a", "x", "y") + patch_that_edits("b", "x", "y"),
      root);

  EXPECT_EQ(said,
            "`b`: hunk 1 (line 16 of the patch) does not fit: at line 1 it expects `x`, but there "
            "is `other`");
}

TEST(ApplyPatchRefuses, ToWriteThroughASymbolicLink) {
  temp_dir const outside;
  put_file(outside / "file", "x\n");
  temp_dir const root;
  fs::create_symlink(outside.path(), root / "link");

  EXPECT_THAT(refusal(patch_that_makes("link/new"), root),
              HasSubstr("`link` is a symbolic link, not a folder"));
  EXPECT_THAT(refusal(patch_that_edits("link/file", "x", "y"), root),
              HasSubstr("`link` is not a folder"));
  EXPECT_THAT(refusal(patch_that_deletes("link/file", "x"), root), HasSubstr("`link`"));
  EXPECT_THAT(refusal("diff --git a/link/file b/mine\nsimilarity index 100%\n"
                      "copy from link/file\ncopy to mine\n",
                      root),
              HasSubstr("`link` is not a folder"));
  EXPECT_EQ(tree_of(outside.path()), (std::map<std::string, std::string>{{"file", "x\n"}}));
}

TEST(ApplyPatchRefuses, ToWriteThroughALinkThatItMakes) {
  temp_dir const outside;
  temp_dir const root;

  auto const said = refusal(
      patch_that_links("link", outside.path().string()) + patch_that_makes("link/new"), root);

  EXPECT_EQ(said, "the patch writes `link`, and `link/new` below it");
  EXPECT_TRUE(fs::is_empty(outside.path()));
}

TEST(ApplyPatchRefuses, ToEditALinkAsIfItWereAFile) {
  temp_dir const outside;
  put_file(outside / "file", "x\n");
  temp_dir const root;
  fs::create_symlink(outside / "file", root / "link");

  auto const said = refusal(
      "diff --git a/link b/link\nindex 1234567..89abcde 100644\n"
      "--- a/link\n+++ b/link\n@@ -1 +1 @@\n-x\n+y\n",
      root);

  EXPECT_THAT(said, HasSubstr("`link` is a symbolic link, but the patch expects"));
  EXPECT_EQ(contents_of(outside / "file"), "x\n");
}

TEST(ApplyPatchRefuses, PathsThatLeaveTheRoot) {
  temp_dir const root;
  fs::create_directories(root / "inner/x");
  auto const inner = (root / "inner").string();
  auto const before = tree_of(root.path());

  for (std::string const path : {"../y", "x/../../y", "/y", ".git/hooks/y", "x/.git/y"}) {
    EXPECT_FALSE(apply_patch(patch_that_makes(path), inner)) << path;
  }

  EXPECT_EQ(tree_of(root.path()), before);
}

TEST(ApplyPatchRefuses, ToReplaceAFolderThatHasARepositoryInIt) {
  temp_dir const root;
  put_file(root / "sub/.git/HEAD", "ref");

  EXPECT_THAT(refusal(patch_that_makes("sub"), root), HasSubstr("is in a .git folder"));
}

TEST(ApplyPatchRefuses, WhatIsMissingOrOfAnotherKind) {
  temp_dir const root;
  put_file(root / "folder/file", "x\n");
  put_file(root / "file", "x\n");
  ASSERT_EQ(::mkfifo((root / "pipe").c_str(), 0600), 0);

  EXPECT_THAT(refusal(patch_that_edits("none", "x", "y"), root), HasSubstr("`none` is missing"));
  EXPECT_THAT(refusal(patch_that_edits("folder", "x", "y"), root), HasSubstr("is a folder"));
  EXPECT_THAT(refusal(patch_that_makes("file/below"), root),
              HasSubstr("`file` is a file, not a folder"));
  EXPECT_THAT(refusal(patch_that_makes("pipe"), root), HasSubstr("neither a file nor a symbolic"));
  EXPECT_THAT(refusal(patch_that_edits("pipe", "x", "y"), root), HasSubstr("`pipe`"));
}

TEST(ApplyPatchRefuses, ToChangeAPathTwice) {
  temp_dir const root;
  put_file(root / "a", "x\n");

  EXPECT_THAT(refusal(patch_that_makes("b") + patch_that_makes("b"), root),
              HasSubstr("line 7 of the patch: it writes `b` a second time"));
  EXPECT_THAT(refusal(patch_that_deletes("a", "x") + patch_that_deletes("a", "x"), root),
              HasSubstr("removes `a` a second time"));
}

TEST(ApplyPatchRefuses, ARootThatIsNotThere) {
  auto const applied = apply_patch(patch_that_makes("a"), "/nowhere/at all");

  ASSERT_FALSE(applied);
  EXPECT_EQ(applied.error().message,
            "cannot open the project root `/nowhere/at all`: No such file or directory");
}

}  // namespace
}  // namespace offload
