// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/image/apply_patch.hpp>

#include <sys/stat.h>

#include <gtest/gtest.h>

#include "patches.hpp"
#include "sample.hpp"

namespace offload {
namespace {

namespace fs = std::filesystem;
using namespace testing;
using tree = std::map<std::string, std::string>;

void expect_applied(std::string const& patch, temp_dir const& root) {
  auto const applied = apply_patch(patch, root.path().string());
  EXPECT_TRUE(applied) << to_string(applied.error());
}

unsigned mode_of(fs::path const& path) {
  return static_cast<unsigned>(fs::status(path).permissions());
}

TEST(ApplyPatch, AppliesTheSample) {
  temp_dir const root;
  for (auto const& [path, contents] : sample_base()) { put_file(root / path, contents); }

  auto const applied = apply_patch(sample_patch(), root.path().string());

  ASSERT_TRUE(applied) << to_string(applied.error());
  EXPECT_EQ(*applied, 7U);
  auto text = sample_lines() + "end";
  text.replace(text.find("line 2\n"), 4, "changed");
  text.replace(text.find("line 11"), 4, "changed");
  EXPECT_EQ(tree_of(root.path()), (tree{{"bin", sample_binary() + std::string("\0!", 2)},
                                        {"empty", ""},
                                        {"link", "-> text"},
                                        {"new\tname", "keep\nkeep\nkeep\nkeep\nkeep\nmore\n"},
                                        {"run", "run\n"},
                                        {"text", text}}));
  EXPECT_EQ(mode_of(root / "run"), 0755U);
}

TEST(ApplyPatch, KeepsTheOtherPermissionsOfAFile) {
  temp_dir const root;
  put_file(root / "a", "x\n");
  put_file(root / "b", "x\n");
  fs::permissions(root / "a", fs::perms{0640});
  fs::permissions(root / "b", fs::perms{0640});

  expect_applied(
      patch_that_edits("a", "x", "y") + "diff --git a/b b/b\nold mode 100644\nnew mode 100755\n",
      root);

  EXPECT_EQ(mode_of(root / "a"), 0640U);
  EXPECT_EQ(mode_of(root / "b"), 0750U);
}

TEST(ApplyPatch, PutsANewFileInThePlaceOfAFileOrFolder) {
  temp_dir const root;
  put_file(root / "a", "old");
  put_file(root / "b/c/d", "old");
  put_file(root / "b/e", "old");

  expect_applied(patch_that_makes("a") + patch_that_makes("b"), root);

  EXPECT_EQ(tree_of(root.path()), (tree{{"a", "new\n"}, {"b", "new\n"}}));
}

TEST(ApplyPatch, TakesWhatIsGoneForDeleted) {
  temp_dir const root;
  fs::create_directories(root / "folder/empty");

  expect_applied(patch_that_deletes("a", "x") + patch_that_deletes("folder/b", "x"), root);

  EXPECT_FALSE(fs::exists(root / "a"));
}

TEST(ApplyPatch, RemovesFoldersThatItEmpties) {
  temp_dir const root;
  put_file(root / "a/b/c", "x\n");
  put_file(root / "d/e", "x\n");
  put_file(root / "d/kept", "x\n");

  expect_applied(patch_that_deletes("a/b/c", "x") + patch_that_deletes("d/e", "x"), root);

  EXPECT_EQ(tree_of(root.path()), (tree{{"d", "/"}, {"d/kept", "x\n"}}));
}

TEST(ApplyPatch, MakesAnEmptyFolderOfASubmodule) {
  temp_dir const root;
  fs::create_directories(root / "old");
  put_file(root / "kept/file", "of the submodule");
  std::string const id(40, '1');
  auto const added =
      "diff --git a/new b/new\nnew file mode 160000\n--- /dev/null\n+++ b/new\n"
      "@@ -0,0 +1 @@\n+Subproject commit " +
      id + "\n";
  auto const removed = [&](std::string const& name) {
    return "diff --git a/" + name + " b/" + name + "\ndeleted file mode 160000\n--- a/" + name +
           "\n+++ /dev/null\n@@ -1 +0,0 @@\n-Subproject commit " + id + "\n";
  };

  expect_applied(added + removed("old") + removed("kept"), root);

  EXPECT_EQ(tree_of(root.path()),
            (tree{{"new", "/"}, {"kept", "/"}, {"kept/file", "of the submodule"}}));
}

TEST(ApplyPatch, LeavesASubmoduleThatMovesOnAlone) {
  temp_dir const root;
  put_file(root / "sub/file", "of the submodule");
  std::string const one(40, '1');
  std::string const two(40, '2');

  expect_applied("diff --git a/sub b/sub\nindex " + one + ".." + two +
                     " 160000\n--- a/sub\n+++ b/sub\n@@ -1 +1 @@\n-Subproject commit " + one +
                     "\n+Subproject commit " + two + "\n",
                 root);

  EXPECT_EQ(tree_of(root.path()), (tree{{"sub", "/"}, {"sub/file", "of the submodule"}}));
}

TEST(ApplyPatch, ReadsATypeChangeThatIsOneEntry) {
  temp_dir const root;
  put_file(root / "a", "x\n");

  expect_applied(
      "diff --git a/a b/a\nold mode 100644\nnew mode 120000\n--- a/a\n+++ b/a\n"
      "@@ -1 +1 @@\n-x\n+target\n\\ No newline at end of file\n",
      root);

  EXPECT_EQ(tree_of(root.path()), (tree{{"a", "-> target"}}));
}

}  // namespace
}  // namespace offload
