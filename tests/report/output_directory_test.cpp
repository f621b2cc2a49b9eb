// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/report/output_directory.hpp>
#include <support/temp_dir.hpp>

#include <gtest/gtest.h>

#include <unistd.h>

namespace offload {
namespace {

namespace fs = std::filesystem;
using testing::contents_of;
using testing::put_file;
using testing::temp_dir;

/// A run that prepares the folder, records and makes these files, and ends.
void run_in(fs::path const& folder, std::vector<std::string> const& makes = {}) {
  auto output = output_directory::prepare(folder);
  ASSERT_TRUE(output) << output.error().message;
  for (auto const& name : makes) {
    ASSERT_TRUE(output->record(fs::path{name}));
    put_file(folder / name / "file", "by offload");
  }
}

TEST(OutputDirectory, IsMadeWithItsFolders) {
  temp_dir const dir;

  auto const output = output_directory::prepare(dir / "a/b");

  ASSERT_TRUE(output);
  EXPECT_TRUE(fs::is_directory(dir / "a/b/logs"));
  EXPECT_TRUE(fs::is_directory(dir / "a/b/junit-parts"));
}

TEST(OutputDirectory, LeavesFilesOfTheUserAlone) {
  temp_dir const dir;
  for (auto const* const name :
       {"src/main.py", "logs/server.log", "logs/batch-x.txt", "trace.json"}) {
    put_file(dir / name, "mine");
  }

  run_in(dir.path(), {"sb-1"});
  run_in(dir.path());

  for (auto const* const name :
       {"src/main.py", "logs/server.log", "logs/batch-x.txt", "trace.json"}) {
    EXPECT_EQ(contents_of(dir / name), "mine") << name;
  }
}

TEST(OutputDirectory, RemovesNothingWhenOffloadWasNeverThere) {
  temp_dir const dir;
  put_file(dir / "logs/batch-0.stdout.success");
  put_file(dir / "junit-parts/a.xml");
  put_file(dir / "sb-1/file");

  run_in(dir.path());

  EXPECT_TRUE(fs::exists(dir / "logs/batch-0.stdout.success"));
  EXPECT_TRUE(fs::exists(dir / "junit-parts/a.xml"));
  EXPECT_TRUE(fs::exists(dir / "sb-1/file"));
}

TEST(OutputDirectory, RemovesWhatAnEarlierRunLeft) {
  temp_dir const dir;
  run_in(dir.path(), {"sb-1", "deep/er"});
  put_file(dir / "logs/batch-12.stderr.failure");
  put_file(dir / "junit-parts/sb-1.xml");

  run_in(dir.path());

  EXPECT_FALSE(fs::exists(dir / "sb-1"));
  EXPECT_FALSE(fs::exists(dir / "deep/er"));
  EXPECT_TRUE(fs::is_empty(dir / "logs"));
  EXPECT_TRUE(fs::is_empty(dir / "junit-parts"));
}

TEST(OutputDirectory, KeepsTheReportOfTheRunBefore) {
  temp_dir const dir;
  run_in(dir.path());
  put_file(dir / "junit.xml", "durations");

  run_in(dir.path());

  EXPECT_EQ(contents_of(dir / "junit.xml"), "durations");
}

TEST(OutputDirectory, NeverRecordsWhatTheUserHadBefore) {
  temp_dir const dir;
  put_file(dir / "src/main.py", "mine");

  run_in(dir.path(), {"src"});
  run_in(dir.path());

  EXPECT_EQ(contents_of(dir / "src/main.py"), "mine");
}

TEST(OutputDirectory, RefusesToRecordPathsOutsideOfIt) {
  temp_dir const dir;
  auto output = output_directory::prepare(dir.path());
  ASSERT_TRUE(output);

  for (fs::path const path : {"", "/etc", "..", "../x", "a/../../x", ".", "a\nb"}) {
    EXPECT_FALSE(output->record(path)) << path;
  }
}

TEST(OutputDirectory, IgnoresPathsOutsideOfItInTheMark) {
  temp_dir const dir;
  put_file(dir / "victim", "v");
  put_file(dir / "out/.offload-output", "./../victim\n/" + (dir / "victim").string() + "\n." +
                                            (dir / "victim").string() +
                                            "\n./\n.\n./.\n\n./a/../../victim\n");

  run_in(dir / "out");

  EXPECT_EQ(contents_of(dir / "victim"), "v");
}

TEST(OutputDirectory, DoesNotFollowLinks) {
  temp_dir const dir;
  put_file(dir / "elsewhere/x/file", "mine");
  put_file(dir / "elsewhere/batch-0.stdout.success", "mine");
  run_in(dir / "out", {"link", "way/x"});
  fs::remove_all(dir / "out/link");
  fs::remove_all(dir / "out/way");
  fs::remove(dir / "out/logs");
  fs::create_directory_symlink(dir / "elsewhere", dir / "out/link");
  fs::create_directory_symlink(dir / "elsewhere", dir / "out/way");
  fs::create_directory_symlink(dir / "elsewhere", dir / "out/logs");

  run_in(dir / "out");

  EXPECT_EQ(contents_of(dir / "elsewhere/x/file"), "mine");
  EXPECT_EQ(contents_of(dir / "elsewhere/batch-0.stdout.success"), "mine");
}

TEST(OutputDirectory, RefusesAFile) {
  temp_dir const dir;
  put_file(dir / "out", "a file");

  auto const output = output_directory::prepare(dir / "out");

  ASSERT_FALSE(output);
  EXPECT_EQ(output.error().message, (dir / "out").string() + " is not a folder");
}

TEST(OutputDirectory, RefusesAFolderThatCannotBeMade) {
  temp_dir const dir;
  put_file(dir / "file");

  auto const output = output_directory::prepare(dir / "file/below");

  ASSERT_FALSE(output);
  EXPECT_NE(output.error().message.find("cannot make the folder"), std::string::npos);
}

TEST(OutputDirectory, IsUsedByOneRunAtATime) {
  temp_dir const dir;
  auto first = output_directory::prepare(dir.path());
  ASSERT_TRUE(first);
  put_file(dir / "logs/batch-0.stdout.running", "busy");

  auto const second = output_directory::prepare(dir.path());

  ASSERT_FALSE(second);
  EXPECT_NE(second.error().message.find("another run"), std::string::npos);
  EXPECT_NE(second.error().hint.find("output_dir"), std::string::npos);
  EXPECT_TRUE(fs::exists(dir / "logs/batch-0.stdout.running"));
}

TEST(OutputDirectory, IsFreeAgainAfterTheRun) {
  temp_dir const dir;
  run_in(dir.path());

  EXPECT_TRUE(output_directory::prepare(dir.path()));
}

}  // namespace
}  // namespace offload
