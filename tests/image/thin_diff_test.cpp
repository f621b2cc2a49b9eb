// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/image/thin_diff.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "diffed.hpp"

namespace offload {
namespace {

using namespace testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
namespace fs = std::filesystem;

TEST(ThinDiff, IsEmptyWhereNothingHasChanged) {
  git_repo repo;
  repo.put("a", "a\n");
  auto const base = repo.commit();

  auto const diff = diff_of(repo, base);

  EXPECT_EQ(diff.patch, "");
  EXPECT_EQ(diff.files, 0U);
}

TEST(ThinDiff, HoldsEditsDeletionsAndNewFiles) {
  git_repo repo;
  repo.put("dir/edited", "one\ntwo\n");
  repo.put("deleted", "gone\n");
  auto const base = repo.commit();
  repo.put("dir/edited", "one\nzwei");
  repo.remove("deleted");
  repo.put("new folder/new", "new\n");
  repo.put("empty");

  auto const diff = diff_of(repo, base);

  EXPECT_EQ(diff.files, 4U);
  EXPECT_THAT(diff.patch, HasSubstr("-two\n+zwei\n\\ No newline at end of file\n"));
  expect_exact(repo, base);
}

TEST(ThinDiff, IsTakenFromACommitFurtherBack) {
  git_repo repo;
  repo.put("a", "1\n");
  auto const base = repo.commit();
  repo.put("a", "2\n");
  repo.put("committed", "x\n");
  repo.commit();
  repo.put("staged", "y\n");
  repo.git({"add", "staged"});
  repo.put("staged", "edited after it was staged\n");

  expect_exact(repo, base);
}

TEST(ThinDiff, ChangesKindsOfFiles) {
  git_repo repo;
  repo.put("to link", "text\n");
  fs::create_symlink("nowhere", repo / "to file");
  fs::create_symlink("here", repo / "elsewhere");
  repo.put("to folder", "text\n");
  repo.put("folder/to file", "text\n");
  repo.put("linked folder/x", "x\n");
  repo.put("other/x", "other x\n");
  auto const base = repo.commit();
  repo.remove("to link");
  fs::create_symlink("dir/target", repo / "to link");
  repo.remove("to file");
  repo.put("to file", "now a file\n");
  repo.remove("elsewhere");
  fs::create_symlink("there", repo / "elsewhere");
  repo.remove("to folder");
  repo.put("to folder/below", "text\n");
  repo.remove("folder");
  repo.put("folder", "text\n");
  repo.remove("linked folder");
  fs::create_symlink("other", repo / "linked folder");

  expect_exact(repo, base);
}

TEST(ThinDiff, ChangesModesAlsoOfBinaryFiles) {
  git_repo repo;
  repo.put("text", "text\n");
  repo.put("binary", binary);
  repo.put("both", "text\n");
  repo.put("binary both", binary);
  repo.put("no longer", "text\n");
  make_executable(repo / "no longer");
  auto const base = repo.commit();
  for (auto const* name : {"text", "binary", "both", "binary both"}) {
    make_executable(repo / name);
  }
  repo.put("both", "edited\n");
  repo.put("binary both", binary + "edited");
  fs::permissions(repo / "no longer", fs::perms::owner_exec, fs::perm_options::remove);

  expect_exact(repo, base);
}

TEST(ThinDiff, HoldsBinaryFiles) {
  git_repo repo;
  std::mt19937 random{1};
  std::string noise;
  for (int i = 0; i < 5000; ++i) { noise += static_cast<char>(random()); }
  repo.put("edited", noise);
  repo.put("replaced", noise);
  repo.put("deleted", noise);
  repo.put("to text", noise);
  repo.put("emptied", noise);
  auto const base = repo.commit();
  repo.put("edited", noise.substr(0, 2000) + "x" + noise.substr(2000));
  repo.put("replaced", binary);
  repo.remove("deleted");
  repo.put("to text", "text\n");
  repo.put("emptied");
  repo.put("new", noise + "new");

  auto const diff = diff_of(repo, base);

  EXPECT_LT(diff.patch.size(), 10'000U)
      << "an edited file is a delta, a deleted one has no contents";
  expect_exact(repo, base);
}

TEST(ThinDiff, MovesFilesAsTheyAre) {
  git_repo repo;
  repo.put("old/a", std::string(10'000, 'a') + "\n");
  repo.put("old/b", binary);
  auto const base = repo.commit();
  fs::rename(repo / "old", repo / "new");
  make_executable(repo / "new/b");

  auto const diff = diff_of(repo, base);

  EXPECT_THAT(diff.patch, HasSubstr("rename from old/a\nrename to new/a\n"));
  EXPECT_EQ(diff.files, 2U);
  expect_exact(repo, base);
}

TEST(ThinDiff, TakesAnyName) {
  git_repo repo;
  std::vector<std::string> const names{
      "a b",        " ends ",  "a\tb",     "a\nb",   "a\"b",    "a\\b", "gr\xc3\xbcn/\xe2\x9c\x93",
      "not\xffutf", "b/a b/a", "x b/x",    "[id]*?", "-n",      "...",  ".a/.b",
      "a\x01\x7f",  "%s{}",    "dev/null", "a.",     ":(top)a", "a\rb", "#x",
      "!x"};
  for (auto const& name : names) {
    repo.put(name, "old\n");
    repo.put(name + ".gone", "old " + name);
    repo.put(name + ".moved", "moved " + name);
    repo.put(name + ".bin", binary);
  }
  auto const base = repo.commit();
  for (auto const& name : names) {
    repo.put(name, "new\n");
    repo.put(name + ".new", "new\n");
    repo.remove(name + ".gone");
    fs::rename(repo / (name + ".moved"), repo / (name + ".to"));
    repo.put(name + ".bin", binary + binary);
  }

  expect_exact(repo, base);
}

TEST(ThinDiff, LeavesOutWhatGitIgnores) {
  git_repo repo;
  repo.put(".gitignore", "*.log\n/build/\n");
  repo.put("a", "a\n");
  repo.put("tracked.log", "1\n");
  repo.git({"add", "-f", "tracked.log"});
  auto const base = repo.commit();
  repo.put("x.log", "x\n");
  repo.put("build/y", "y\n");
  repo.put("tracked.log", "2\n");

  auto const diff = diff_of(repo, base);

  EXPECT_EQ(diff.files, 1U) << diff.patch;
  EXPECT_THAT(diff.patch, HasSubstr("tracked.log"));
}

TEST(ThinDiff, LeavesOutWhatDockerIgnores) {
  git_repo repo;
  repo.put(".dockerignore", "app/[id]/p.tsx\n**/*.md\n!README.md\nsecret\n");
  for (auto const* name : {"app/i/p.tsx", "docs/x.md", "README.md", "secret/tracked"}) {
    repo.put(name, "1\n");
  }
  auto const base = repo.commit();
  for (auto const* name :
       {"app/i/p.tsx", "app/x/p.tsx", "docs/x.md", "README.md", "secret/tracked", "secret/new"}) {
    repo.put(name, "2\n");
  }

  auto const diff = diff_of(repo, base);

  EXPECT_THAT(diff.patch, Not(HasSubstr("docs/x.md")));
  EXPECT_THAT(diff.patch, Not(HasSubstr("secret")));
  EXPECT_THAT(diff.patch, Not(HasSubstr("app/i/")));
  EXPECT_THAT(diff.patch, HasSubstr("b/README.md"));
  EXPECT_THAT(diff.patch, HasSubstr("b/app/x/p.tsx"));
}

TEST(ThinDiff, SaysWhatIsWrongWithADockerignoreThatIsAFolder) {
  git_repo repo;
  repo.put(".dockerignore/file", "1\n");
  auto const base = repo.commit();

  auto const diff = make_thin_diff(repo.text(), base);

  ASSERT_FALSE(diff);
  EXPECT_THAT(to_string(diff.error()), HasSubstr(".dockerignore: Is a directory"));
}

TEST(ThinDiff, ReadsDockerignoreInTheProjectFolder) {
  git_repo repo;
  repo.put("x", "1\n");
  repo.put("app/.dockerignore", "x\n");
  repo.put("app/x", "1\n");
  auto const base = repo.commit();
  repo.put("x", "2\n");
  repo.put("app/x", "2\n");

  auto const diff = make_thin_diff((repo / "app").string(), base);

  ASSERT_TRUE(diff) << to_string(diff.error());
  EXPECT_THAT(diff->patch, HasSubstr("b/x\n"));
  EXPECT_THAT(diff->patch, Not(HasSubstr("app/x")));
}

TEST(ThinDiff, NamesRepositoriesInside) {
  git_repo repo;
  repo.put("a", "a\n");
  git_repo other;
  other.put("x", "x\n");
  other.commit();
  repo.git(
      {"-c", "protocol.file.allow=always", "submodule", "--quiet", "add", other.text(), "sub"});
  auto const base = repo.commit();
  fs::create_directory(repo / "cloned");
  git_in(repo / "cloned", {"clone", "-q", other.text(), "."});
  repo.put("sub/x", "edited\n");
  repo.put("a", "edited\n");

  auto const diff = diff_of(repo, base);

  EXPECT_THAT(diff.repositories, ElementsAre("cloned", "sub"));
  EXPECT_EQ(diff.files, 1U) << diff.patch;
}

TEST(ThinDiff, WritesNothingIntoTheRepository) {
  git_repo repo;
  repo.put("a", "1\n");
  auto const base = repo.commit();
  repo.put("a", "2\n");
  repo.put("new", binary);
  auto const before = files_in(repo / ".git");

  auto const diff = diff_of(repo, base);

  EXPECT_EQ(diff.files, 2U);
  EXPECT_EQ(files_in(repo / ".git"), before);
}

TEST(ThinDiff, SaysWhichFileCannotBeRead) {
  git_repo repo;
  repo.put("a", "1\n");
  auto const base = repo.commit();
  EXPECT_THAT(to_string(make_thin_diff(repo.text(), std::string(40, '1')).error()),
              HasSubstr("cannot read the commit 1111"));
  temp_dir const elsewhere;
  EXPECT_EQ(make_thin_diff(elsewhere.path().string(), base).error().code, errc::not_found);
}

TEST(ThinDiff, SeesEditsOfTheSameSizeMadeAtOnce) {
  git_repo repo;
  for (int i = 0; i < 500; ++i) { repo.put(std::to_string(i), "old\n"); }
  auto const base = repo.commit();
  for (int i = 0; i < 500; ++i) { repo.put(std::to_string(i), "new\n"); }

  EXPECT_EQ(diff_of(repo, base).files, 500U);
}

TEST(ThinDiff, SeesEditsWithTheTimesOfTheIndex) {
  git_repo repo;
  repo.put("a", "old\n");
  auto const time = fs::last_write_time(repo / "a");
  auto const base = repo.commit();
  fs::last_write_time(repo / ".git/index", time);  // so `a` may have been written after it
  repo.put("a", "new\n");
  fs::last_write_time(repo / "a", time);

  EXPECT_EQ(diff_of(repo, base).files, 1U);
}

}  // namespace
}  // namespace offload
