// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/image/base.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "git_repo.hpp"

namespace offload {
namespace {

using namespace testing;
using ::testing::HasSubstr;

std::optional<base_commit> base_of(git_repo const& repo, std::vector<std::string> inputs = {},
                                   std::string_view below = "") {
  std::optional<checkpoint_config> checkpoint;
  if (!inputs.empty()) { checkpoint = checkpoint_config{std::move(inputs)}; }
  auto found = find_base((repo / below).string(), checkpoint);
  if (!found) { ADD_FAILURE() << to_string(found.error()); }
  return found ? *found : std::nullopt;
}

std::string id_of(std::optional<base_commit> const& base) { return base ? base->id : ""; }

TEST(Base, IsHeadWithoutACheckpoint) {
  git_repo repo;
  repo.commit();
  auto const head = repo.commit();

  auto const base = base_of(repo);

  EXPECT_EQ(id_of(base), head);
  EXPECT_EQ(base->commits_back, 0U);
}

TEST(Base, IsNoneWithoutARepositoryOrACommit) {
  temp_dir const folder;
  git_repo const empty;

  EXPECT_EQ(find_base(folder.path().string(), std::nullopt).value(), std::nullopt);
  EXPECT_EQ(base_of(empty), std::nullopt);
  EXPECT_EQ(base_of(empty, {"a"}), std::nullopt);
}

TEST(Base, IsTheLastCommitThatChangedABuildInput) {
  git_repo repo;
  repo.put("Dockerfile", "1");
  repo.commit();
  repo.put("libs/x/pyproject.toml", "1");
  auto const with_library = repo.commit();
  repo.put("src", "1");
  repo.commit();
  repo.put("src", "2");
  auto const head = repo.commit();

  auto const base = base_of(repo, {"Dockerfile", "libs/*/pyproject.toml"});

  EXPECT_EQ(id_of(base), with_library);
  EXPECT_EQ(base->commits_back, 2U);
  EXPECT_EQ(base->head, head);
}

TEST(Base, CanBeTheFirstCommitOrNone) {
  git_repo repo;
  repo.put("Dockerfile", "1");
  auto const first = repo.commit();
  repo.put("src", "1");
  repo.commit();

  EXPECT_EQ(id_of(base_of(repo, {"Dockerfile"})), first);
  EXPECT_EQ(base_of(repo, {"never there"}), std::nullopt);
}

TEST(Base, ComesFromTheSideOfAMergeThatTheInputsComeFrom) {
  git_repo repo;
  repo.put("Dockerfile", "1");
  repo.commit();
  repo.git({"checkout", "-q", "-b", "side"});
  repo.put("Dockerfile", "2");
  auto const side = repo.commit();
  repo.git({"checkout", "-q", "main"});
  repo.put("src", "1");
  repo.commit();
  repo.git({"merge", "-q", "--no-edit", "side"});

  EXPECT_EQ(id_of(base_of(repo, {"Dockerfile"})), side);
}

TEST(Base, IsTheMergeThatHasInputsOfItsOwn) {
  git_repo repo;
  repo.put("a", "1");
  repo.put("b", "1");
  repo.commit();
  repo.git({"checkout", "-q", "-b", "side"});
  repo.put("a", "2");
  repo.commit();
  repo.git({"checkout", "-q", "main"});
  repo.put("b", "2");
  repo.commit();
  repo.git({"merge", "-q", "--no-edit", "side"});
  auto const merge = repo.head();
  repo.put("src", "1");
  repo.commit();

  EXPECT_EQ(id_of(base_of(repo, {"a", "b"})), merge);
}

TEST(Base, IsTheOneThatGitLogFinds) {
  std::mt19937 random{7};
  auto const below = [&](unsigned end) { return static_cast<unsigned>(random() % end); };
  std::vector<std::string> const names{"a",       "b.txt",     "dir/a",       "dir/b.txt",
                                       "dir/x/a", "libs/y/pp", "libs/y/z/pp", "weird [x]"};
  std::vector<std::vector<std::string>> const specs{
      {"a"},       {"dir"},      {"dir/"},    {"*.txt"},     {"libs/*/pp"}, {":!dir"},
      {"d*r/x"},   {"di[rx]/a"}, {"dir/*"},   {"never"},     {"a", "libs"}, {"libs", ":!libs/y/z"},
      {"./dir/a"}, {"?.txt"},    {":/b.txt"}, {":(top)a"},   {"weird [x]"}, {":(exclude)*.txt"},
      {"."},       {"dir/**"},   {"**/a"},    {":^a", "dir"}};
  for (int round = 0; round < 3; ++round) {
    git_repo repo;
    repo.put("first", "1");
    repo.commit();
    for (int i = 0; i < 12; ++i) {
      if (i % 5 == 4) {
        repo.git({"checkout", "-q", "-b", "b" + std::to_string(i), "HEAD~2"});
        repo.put("side" + std::to_string(i), "x");
        repo.put(names[below(8)], "side " + std::to_string(random()));
        repo.commit();
        repo.git({"checkout", "-q", "main"});
        repo.git({"merge", "-q", "--no-edit", "-X", "ours", "b" + std::to_string(i)});
      } else {
        repo.put(names[below(8)], std::to_string(random()));
        repo.commit();
      }
    }
    for (auto const& spec : specs) {
      SCOPED_TRACE(spec.front());
      std::vector<std::string> log{"log", "--format=%H", "-n", "1", "HEAD", "--"};
      log.insert(log.end(), spec.begin(), spec.end());
      EXPECT_EQ(id_of(base_of(repo, spec)), repo.git(log));
    }
  }
}

TEST(Base, ReadsBuildInputsFromTheProjectsFolder) {
  git_repo repo;
  repo.put("app/Dockerfile", "1");
  auto const first = repo.commit();
  repo.put("Dockerfile", "1");
  auto const second = repo.commit();

  EXPECT_EQ(id_of(base_of(repo, {"Dockerfile"}, "app")), first);
  EXPECT_EQ(id_of(base_of(repo, {"../Dockerfile"}, "app")), second);
  EXPECT_EQ(id_of(base_of(repo, {":/Dockerfile"}, "app")), second);
}

TEST(Base, RefusesPathspecsThatItDoesNotKnow) {
  git_repo repo;
  repo.commit();

  auto const found = find_base(repo.text(), checkpoint_config{{":(icase)dockerfile"}});

  ASSERT_FALSE(found);
  EXPECT_THAT(to_string(found.error()), HasSubstr("`:(icase)dockerfile`"));
}

TEST(Base, SaysWhenAShallowCloneDoesNotReachFarEnough) {
  git_repo repo;
  repo.put("Dockerfile", "1");
  repo.commit();
  for (int i = 0; i < 4; ++i) { repo.commit(); }
  git_repo clone;
  clone.git({"fetch", "-q", "--depth=2", "file://" + repo.text(), "main"});
  clone.git({"checkout", "-q", "FETCH_HEAD"});

  auto const found = find_base(clone.text(), checkpoint_config{{"Dockerfile"}});

  ASSERT_FALSE(found);
  EXPECT_THAT(to_string(found.error()), HasSubstr("shallow clone ends at"));
  EXPECT_THAT(found.error().hint, HasSubstr("--unshallow"));
  EXPECT_EQ(id_of(base_of(clone)), repo.head()) << "HEAD needs no history";
}

TEST(ExportTree, WritesWhatTheCommitHas) {
  git_repo repo;
  repo.put(".gitattributes", "*.txt eol=crlf\n");
  repo.put("dir/a.txt", "a\n");
  repo.put("run", "#!/bin/sh\n");
  std::filesystem::permissions(repo / "run", std::filesystem::perms::owner_all);
  std::filesystem::create_symlink("dir/a.txt", repo / "link");
  auto const wanted = files_in(repo.path());
  auto const commit = repo.commit();
  repo.put("dir/a.txt", "edited\n");
  repo.put("later", "x");
  temp_dir const there;

  auto const files = export_tree(repo.text(), commit, (there / "new").string());

  ASSERT_TRUE(files) << to_string(files.error());
  EXPECT_EQ(*files, 4U);
  EXPECT_EQ(files_in(there / "new"), wanted);
}

TEST(ExportTree, WritesIntoEmptyFoldersOnly) {
  git_repo repo;
  repo.put("a", "a");
  auto const commit = repo.commit();
  temp_dir const there;
  put_file(there / "mine", "x");

  auto const files = export_tree(repo.text(), commit, there.path().string());

  ASSERT_FALSE(files);
  EXPECT_THAT(to_string(files.error()), HasSubstr("is not empty"));
  EXPECT_FALSE(std::filesystem::exists(there / "a"));
}

}  // namespace
}  // namespace offload
