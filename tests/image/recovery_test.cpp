// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/image/apply_patch.hpp>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "patches.hpp"
#include "support/temp_dir.hpp"

namespace offload {
namespace {

namespace fs = std::filesystem;
using namespace testing;
using ::testing::HasSubstr;
using tree = std::map<std::string, std::string>;

/// Is a user whom file permissions bind, which they do not bind root.
class plain_user {
 public:
  explicit plain_user(fs::path const& root) {
    if (::geteuid() != 0) { return; }
    for (auto const& each : fs::recursive_directory_iterator{root}) { give(each.path()); }
    give(root);
    EXPECT_EQ(::seteuid(65534), 0);
    was_root_ = true;
  }
  ~plain_user() {
    if (was_root_) { EXPECT_EQ(::seteuid(0), 0); }
  }

 private:
  static void give(fs::path const& path) { EXPECT_EQ(::lchown(path.c_str(), 65534, 65534), 0); }

  bool was_root_ = false;
};

/// A tree with a folder `locked` that nothing can be put into or taken from.
void make_locked_tree(temp_dir const& root) {
  put_file(root / "a/file", "x\n");
  put_file(root / "folder/b/c", "x\n");
  put_file(root / "locked/file", "x\n");
  fs::permissions(root / "locked", fs::perms{0555});
}

/// All kinds of steps, before those that meet `locked`.
std::string patch_before_locked() {
  return patch_that_edits("a/file", "x", "y") + patch_that_deletes("folder/b/c", "x") +
         patch_that_makes("folder/b/c/d") + patch_that_makes("made/new/file");
}

TEST(ApplyPatchTakesBack, WhatItDidWhenAFileCannotBeMoved) {
  temp_dir const root;
  make_locked_tree(root);
  auto const before = tree_of(root.path());

  {
    plain_user const bound{root.path()};
    auto const applied = apply_patch(
        patch_before_locked() + patch_that_edits("locked/file", "x", "y"), root.path().string());
    ASSERT_FALSE(applied);
    EXPECT_THAT(applied.error().message, HasSubstr("cannot move away `locked/file`: Permission"));
  }

  EXPECT_EQ(tree_of(root.path()), before);
}

TEST(ApplyPatchTakesBack, WhatItDidWhenAFileCannotBePut) {
  temp_dir const root;
  make_locked_tree(root);
  auto const before = tree_of(root.path());

  {
    plain_user const bound{root.path()};
    auto const applied = apply_patch(patch_before_locked() + patch_that_makes("locked/new") +
                                         patch_that_makes("a"),  // in the place of a folder
                                     root.path().string());
    ASSERT_FALSE(applied);
  }
  EXPECT_EQ(tree_of(root.path()), before);

  {
    plain_user const bound{root.path()};
    auto const applied =
        apply_patch(patch_before_locked() + patch_that_makes("locked/new"), root.path().string());
    ASSERT_FALSE(applied);
    EXPECT_THAT(applied.error().message, HasSubstr("cannot write `locked/new`: Permission"));
  }
  EXPECT_EQ(tree_of(root.path()), before);
}

std::string journal(std::vector<std::string> const& steps) {
  std::string text;
  for (auto const& each : steps) { text += each + '\0'; }
  return text;
}

/// What a run leaves that dies after `done` of the steps: it edits `a`, and puts a file in the
/// place of the folder `b`.
void leave_half_done(temp_dir const& root, int done) {
  put_file(root / ".offload-apply-diff/new-0", "y\n");
  put_file(root / ".offload-apply-diff/new-1", "y\n");
  put_file(root / "a", "x\n");
  put_file(root / "b/c", "x\n");
  put_file(root / ".offload-apply-diff/journal",
           journal({"t0/a", "t1/b/c", "r493/b", "m0/d", "p0/a", "p1/b"}));
  auto const in_order = {
      +[](fs::path const& at) { fs::rename(at / "a", at / ".offload-apply-diff/old-0"); },
      +[](fs::path const& at) { fs::rename(at / "b/c", at / ".offload-apply-diff/old-1"); },
      +[](fs::path const& at) { fs::remove(at / "b"); },
      +[](fs::path const& at) { fs::create_directory(at / "d"); },
      +[](fs::path const& at) { fs::rename(at / ".offload-apply-diff/new-0", at / "a"); },
      +[](fs::path const& at) { fs::rename(at / ".offload-apply-diff/new-1", at / "b"); }};
  for (auto const& each : in_order) {
    if (done-- > 0) { each(root.path()); }
  }
}

TEST(ApplyPatchRecovers, FromARunThatDiedAnywhere) {
  for (int done = 0; done <= 6; ++done) {
    temp_dir const root;
    leave_half_done(root, done);

    auto const applied = apply_patch(patch_that_edits("a", "x", "z"), root.path().string());

    EXPECT_TRUE(applied) << to_string(applied.error());
    EXPECT_EQ(tree_of(root.path()), (tree{{"a", "z\n"}, {"b", "/"}, {"b/c", "x\n"}})) << done;
  }
}

TEST(ApplyPatchRecovers, AlsoWhenTheNewPatchDoesNotFit) {
  temp_dir const root;
  leave_half_done(root, 6);

  EXPECT_FALSE(apply_patch(patch_that_edits("a", "other", "z"), root.path().string()));

  EXPECT_EQ(tree_of(root.path()), (tree{{"a", "x\n"}, {"b", "/"}, {"b/c", "x\n"}}));
}

TEST(ApplyPatchRecovers, FromARunThatHadOnlyStagedOrHadFinished) {
  temp_dir const root;
  put_file(root / "a", "x\n");
  put_file(root / ".offload-apply-diff/new-0", "half");
  put_file(root / ".offload-apply-diff/old-7", "old");

  auto const applied = apply_patch(patch_that_edits("a", "x", "z"), root.path().string());

  EXPECT_TRUE(applied) << to_string(applied.error());
  EXPECT_EQ(tree_of(root.path()), (tree{{"a", "z\n"}}));
}

TEST(ApplyPatchRecovers, NothingByAJournalThatLeavesTheRoot) {
  temp_dir const outside;
  temp_dir const root;
  put_file(root / ".offload-apply-diff/old-0", "evil");
  put_file(root / ".offload-apply-diff/journal",
           journal({"t0/../" + outside.path().filename().string() + "/evil"}));

  auto const applied = apply_patch(patch_that_makes("a"), root.path().string());

  ASSERT_FALSE(applied);
  EXPECT_THAT(applied.error().message, HasSubstr("its journal is damaged"));
  EXPECT_TRUE(fs::is_empty(outside.path()));
}

TEST(ApplyPatch, DoesNotDisturbAnotherThatIsAtWork) {
  temp_dir const root;
  fs::create_directory(root / ".offload-apply-diff");
  int const other = ::open((root / ".offload-apply-diff").c_str(), O_RDONLY);
  ASSERT_EQ(::flock(other, LOCK_EX), 0);

  auto const applied = apply_patch(patch_that_makes("a"), root.path().string());

  ::close(other);
  ASSERT_FALSE(applied);
  EXPECT_THAT(applied.error().message, HasSubstr("another apply-diff is changing"));
  EXPECT_EQ(tree_of(root.path()), (tree{{".offload-apply-diff", "/"}}));
}

}  // namespace
}  // namespace offload
