// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "history/merge_driver.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "image/git_repo.hpp"
#include "support/temp_dir.hpp"
#include "support/writing_processes.hpp"

namespace offload {
namespace {

namespace fs = std::filesystem;
using testing::contents_of;
using testing::git_repo;
using testing::put_file;
using testing::succeeded_in_processes;

std::string driver_of(git_repo const& repo) {
  return repo.git({"config", "--local", "merge.offload-history.driver"});
}

TEST(MergeDriver, IsSetUpOnce) {
  git_repo const repo;
  auto const history = repo.path() / "offload-history.jsonl";

  auto const first = set_up_merge_driver(history);
  auto const second = set_up_merge_driver(history);

  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->attributes_step, setup_step::done);
  EXPECT_EQ(first->config_step, setup_step::done);
  EXPECT_EQ(second->attributes_step, setup_step::was_done);
  EXPECT_EQ(second->config_step, setup_step::was_done);
  EXPECT_EQ(contents_of(repo.path() / ".gitattributes"),
            "offload-history.jsonl merge=offload-history\n");
  EXPECT_EQ(driver_of(repo), "offload history merge %O %A %B");
  EXPECT_EQ(repo.git({"config", "merge.offload-history.name"}), "Offload test history merger");
}

TEST(MergeDriver, IsSetUpOnceByManyProcesses) {
  git_repo const repo;

  EXPECT_EQ(succeeded_in_processes(
                16,
                [&](int) {
                  return set_up_merge_driver(repo.path() / "offload-history.jsonl").has_value();
                }),
            16);

  EXPECT_EQ(contents_of(repo.path() / ".gitattributes"),
            "offload-history.jsonl merge=offload-history\n");
  EXPECT_EQ(driver_of(repo), "offload history merge %O %A %B");
}

TEST(MergeDriver, AppendsToTheAttributesThatThereAre) {
  git_repo const repo;
  put_file(repo.path() / ".gitattributes", "*.png binary");

  ASSERT_TRUE(set_up_merge_driver(repo.path() / "offload-history.jsonl"));

  EXPECT_EQ(contents_of(repo.path() / ".gitattributes"),
            "*.png binary\noffload-history.jsonl merge=offload-history\n");
}

TEST(MergeDriver, LeavesAPatternThatFitsAlone) {
  git_repo const repo;
  std::string const own = "offload-history-*.jsonl merge=offload-history\n";
  put_file(repo.path() / ".gitattributes", own);

  ASSERT_TRUE(set_up_merge_driver(repo.path() / "offload-history-api.jsonl"));

  EXPECT_EQ(contents_of(repo.path() / ".gitattributes"), own);
}

TEST(MergeDriver, LeavesTheUsersOwnDriverAlone) {
  git_repo const repo;
  std::string const own = "tools/offload history merge %O %A %B";
  repo.git({"config", "merge.offload-history.driver", own});

  auto const setup = set_up_merge_driver(repo.path() / "h.jsonl");

  EXPECT_EQ(setup->driver, own);
  EXPECT_EQ(driver_of(repo), own);
}

TEST(MergeDriver, FindsTheRootFromAFolderThatDoesNotExistYet) {
  git_repo const repo;

  ASSERT_TRUE(set_up_merge_driver(repo.path() / "sub/folder/h.jsonl"));

  EXPECT_EQ(contents_of(repo.path() / ".gitattributes"),
            "sub/folder/h.jsonl merge=offload-history\n");
}

TEST(MergeDriver, WorksForOddNames) {
  git_repo const repo;
  for (std::string const name : {"with space.jsonl", "a*b[c].jsonl", "\"quoted\".jsonl", "#x.jsonl",
                                 "!y.jsonl", "back\\slash.jsonl", "\xc3\xa9t\xc3\xa9.jsonl"}) {
    auto const setup = set_up_merge_driver(repo.path() / name);
    ASSERT_TRUE(setup) << name << ": " << to_string(setup.error());
    EXPECT_EQ(setup->attributes_step, setup_step::done) << name;
  }
  auto const told = repo.git({"check-attr", "merge", "--", "axb[c].jsonl", "abc.jsonl"});
  EXPECT_EQ(told, "axb[c].jsonl: merge: unspecified\nabc.jsonl: merge: unspecified");
}

TEST(MergeDriver, WorksInAWorktree) {
  git_repo const repo;
  testing::temp_dir const other;
  repo.commit();
  auto const tree = other / "tree";
  repo.git({"worktree", "add", "-q", tree.string()});

  ASSERT_TRUE(set_up_merge_driver(tree / "h.jsonl"));

  EXPECT_TRUE(fs::exists(tree / ".gitattributes"));
  EXPECT_FALSE(fs::exists(repo.path() / ".gitattributes"));
  EXPECT_EQ(driver_of(repo), "offload history merge %O %A %B");
}

TEST(MergeDriver, WorksInASubmodule) {
  git_repo const inner;
  inner.commit();
  git_repo const outer;
  outer.git({"-c", "protocol.file.allow=always", "submodule", "add", "-q", inner.path().string(),
             "module"});

  ASSERT_TRUE(set_up_merge_driver(outer.path() / "module/h.jsonl"));

  EXPECT_TRUE(fs::exists(outer.path() / "module/.gitattributes"));
  EXPECT_FALSE(fs::exists(outer.path() / ".gitattributes"));
  EXPECT_EQ(testing::git_in(outer.path() / "module",
                            {"config", "--local", "merge.offload-history.driver"}),
            "offload history merge %O %A %B\n");
}

TEST(MergeDriver, NeedsARepository) {
  testing::temp_dir const dir;

  auto const setup = set_up_merge_driver(dir / "h.jsonl");

  ASSERT_FALSE(setup);
  EXPECT_NE(setup.error().message.find("not in a git repository"), std::string::npos);
  EXPECT_FALSE(fs::exists(dir / ".gitattributes"));
}

TEST(MergeDriver, SaysWhenOtherAttributesOverrideItsOwn) {
  git_repo const repo;
  put_file(repo.path() / ".git/info/attributes", "h.jsonl merge=binary\n");

  auto const setup = set_up_merge_driver(repo.path() / "h.jsonl");

  ASSERT_FALSE(setup);
  EXPECT_NE(setup.error().message.find("overrides"), std::string::npos);
}

}  // namespace
}  // namespace offload
