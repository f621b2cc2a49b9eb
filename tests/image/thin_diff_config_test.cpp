// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/image/thin_diff.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "diffed.hpp"

namespace offload {
namespace {

using namespace testing;
namespace fs = std::filesystem;

TEST(ThinDiff, DoesNotHeedTheConfigurationOfGit) {
  git_repo repo;
  repo.put("crlf", "a\r\nb\r\n");
  repo.put("text", "a\nb\n");
  repo.put("script", "x\n");
  repo.put("moved", "moves\n");
  auto const base = repo.commit();
  repo.put("crlf", "a\nb\n");
  repo.put("text", "a\r\nb\r\n");
  make_executable(repo / "script");
  fs::rename(repo / "moved", repo / "to");
  repo.put("gr\xc3\xbcn", "new\n");
  auto const plain = diff_of(repo, base).patch;
  for (auto const* setting :
       {"core.autocrlf true", "core.eol crlf", "core.filemode false", "core.quotepath false",
        "core.ignorecase true", "core.symlinks false", "core.trustctime false",
        "diff.noprefix true", "diff.mnemonicPrefix true", "diff.renames copies", "diff.context 0",
        "diff.external false", "diff.algorithm patience", "diff.ignoreSubmodules all",
        "color.ui always", "core.abbrev 4", "core.attributesFile attributes"}) {
    std::string const text = setting;
    repo.git({"config", text.substr(0, text.find(' ')), text.substr(text.find(' ') + 1)});
  }

  EXPECT_EQ(diff_of(repo, base).patch, plain);
  expect_exact(repo, base);
}

TEST(ThinDiff, TakesBytesAsTheyAreWhereAttributesConvert) {
  git_repo repo;
  repo.put(".gitattributes",
           "*.win text eol=crlf\n*.auto text=auto\n*.id ident\n*.txt diff=words\n*.bin -diff\n");
  for (auto const* name : {"a.win", "a.auto", "a.id", "b.auto", "a.txt", "a.bin"}) {
    repo.put(name, "$Id$\none\n");
  }
  auto const base = repo.commit();
  repo.remove("a.win");
  repo.git({"checkout", "a.win"});  // now with CR LF
  repo.remove("a.id");
  repo.git({"checkout", "a.id"});  // now with an id
  repo.put("b.auto", "$Id$\r\none\r\n");
  repo.put("a.txt", "$Id$\ntwo\n");
  repo.put("a.bin", "$Id$\ntwo\n");

  ASSERT_EQ(contents_of(repo / "a.win"), "$Id$\r\none\r\n");
  expect_exact(repo, base);
}

TEST(ThinDiff, SeesEditsThatGitWasToldNotToSee) {
  git_repo repo;
  repo.put("assumed", "1\n");
  repo.put("skipped", "1\n");
  repo.put("left out", "1\n");
  auto const base = repo.commit();
  repo.git({"update-index", "--assume-unchanged", "assumed"});
  repo.git({"update-index", "--skip-worktree", "skipped", "left out"});
  repo.put("assumed", "2\n");
  repo.put("skipped", "2\n");
  repo.remove("left out");

  auto wanted = files_in(repo.path());
  wanted["left out"] = "file 1\n";  // a sparse checkout does not delete
  expect_made(repo, base, diff_of(repo, base), wanted);
}

TEST(ThinDiff, SeesFilesThatAreToBeAddedOrAreNoLongerTracked) {
  git_repo repo;
  repo.put("untracked now", "1\n");
  repo.put("and edited", "1\n");
  auto const base = repo.commit();
  repo.git({"rm", "-q", "--cached", "untracked now", "and edited"});
  repo.put("and edited", "2\n");
  repo.put("intended", "x\n");
  repo.git({"add", "-N", "intended"});

  expect_exact(repo, base);
}

TEST(ThinDiff, SeesConflicts) {
  git_repo repo;
  repo.put("f", "1\n");
  auto const base = repo.commit();
  repo.git({"checkout", "-q", "-b", "side"});
  repo.put("f", "side\n");
  auto const side = repo.commit();
  repo.git({"checkout", "-q", "main"});
  repo.put("f", "main\n");
  repo.commit();
  repo.git({"merge-tree", base, "HEAD", side});
  repo.git({"read-tree", "-m", base, "HEAD", side});
  repo.put("f", "half resolved\n");

  expect_exact(repo, base);
}

TEST(ThinDiff, LeavesOutWhatTheUsersIgnoreFileNames) {
  git_repo repo;
  repo.put("a", "a\n");
  auto const base = repo.commit();
  temp_dir const users;
  put_file(users / "ignore", "*.swp\n");
  repo.git({"config", "core.excludesFile", (users / "ignore").string()});
  repo.put(".a.swp", "x");

  EXPECT_EQ(diff_of(repo, base).patch, "");
}

TEST(ThinDiff, WorksInALinkedWorktree) {
  git_repo repo;
  repo.put("a", "a\n");
  auto const base = repo.commit();
  temp_dir const other;
  auto const linked = (other / "linked").string();
  repo.git({"worktree", "add", "-q", linked});
  put_file(other / "linked/a", "edited\n");

  auto const diff = make_thin_diff(linked, base);

  ASSERT_TRUE(diff) << to_string(diff.error());
  EXPECT_EQ(diff->files, 1U);
}

TEST(ThinDiff, SaysWhenItCannotReadTheIndex) {
  git_repo repo;
  repo.put("a", "a\n");
  auto const base = repo.commit();
  repo.git({"update-index", "--split-index"});
  repo.put("a", "b\n");

  auto const diff = make_thin_diff(repo.text(), base);

  ASSERT_FALSE(diff);
  EXPECT_NE(to_string(diff.error()).find("git's index"), std::string::npos);
}

}  // namespace
}  // namespace offload
