// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/report/local_artifacts.hpp>
#include <support/temp_dir.hpp>

#include <gtest/gtest.h>

#include "run_events.hpp"

namespace offload {
namespace {

namespace fs = std::filesystem;
using testing::attempt_of;
using testing::contents_of;
using testing::put_file;
using testing::scripted_run;
using testing::temp_dir;

/// A project whose tests leave files, with the output folder in it.
struct project {
  temp_dir dir;
  output_directory output = output_directory::prepare(dir / "out").value();

  local_artifacts reporter(std::vector<std::string> globs,
                           artifact_source of = artifact_source::all_batches) {
    return {{.from = dir.path(), .globs = std::move(globs), .of = of}, output};
  }
  /// A file that was there long before the run.
  void put_old_file(std::string const& name) const {
    put_file(dir / name);
    fs::last_write_time(dir / name, fs::file_time_type::clock::now() - std::chrono::hours{1});
  }
  [[nodiscard]] bool has(std::string const& path) const { return fs::exists(dir / path); }
};

TEST(LocalArtifacts, AreCopiedWhenTheBatchHasEnded) {
  project in;
  auto reporter = in.reporter({"shots/**", "*.log"});
  scripted_run run{reporter};

  run.begin(3);
  put_file(in.dir / "shots/deep/a.png", "picture");
  put_file(in.dir / "a.log");
  put_file(in.dir / "a.txt");
  run.end(3);

  EXPECT_EQ(contents_of(in.dir / "out/sb-1/3/shots/deep/a.png"), "picture");
  EXPECT_TRUE(in.has("out/sb-1/3/a.log"));
  EXPECT_FALSE(in.has("out/sb-1/3/a.txt"));
  EXPECT_EQ(reporter.failure(), std::nullopt);
}

TEST(LocalArtifacts, AreThoseOfTheBatchOnly) {
  project in;
  in.put_old_file("a.log");
  auto reporter = in.reporter({"*.log"});
  scripted_run run{reporter};

  run.begin(0);
  run.end(0);

  EXPECT_FALSE(in.has("out/sb-1"));
}

TEST(LocalArtifacts, MayBeThoseOfBadBatchesOnly) {
  project in;
  auto reporter = in.reporter({"*.log"}, artifact_source::bad_batches);
  scripted_run run{reporter};

  run.begin(0);
  put_file(in.dir / "a.log");
  run.attempt(attempt_of("a", outcome::passed, 0, 0));
  run.end(0);
  run.begin(1);
  run.attempt(attempt_of("b", outcome::errored, 0, 1));
  put_file(in.dir / "a.log");
  run.end(1);

  EXPECT_FALSE(in.has("out/sb-1/0"));
  EXPECT_TRUE(in.has("out/sb-1/1/a.log"));
}

TEST(LocalArtifacts, OfAWorkersEndBelongToItsLastBatch) {
  project in;
  auto reporter = in.reporter({".coverage*"});
  scripted_run run{reporter};

  run.begin(0);
  run.end(0);
  put_file(in.dir / ".coverage.1");
  sandbox_id const sandbox{"sb-1"};
  run.tell(sandbox_went_down{sandbox});

  EXPECT_TRUE(in.has("out/sb-1/0/.coverage.1"));
}

TEST(LocalArtifacts, NeverComeFromTheOutputFolderOrThroughALink) {
  project in;
  temp_dir const elsewhere;
  auto reporter = in.reporter({"**"});
  scripted_run run{reporter};

  run.begin(0);
  put_file(in.dir / "out/logs/x");
  put_file(elsewhere / "x");
  fs::create_directory_symlink(elsewhere.path(), in.dir / "link");
  fs::create_symlink(elsewhere / "x", in.dir / "file_link");
  put_file(in.dir / "mine");
  run.end(0);

  EXPECT_TRUE(in.has("out/sb-1/0/mine"));
  EXPECT_FALSE(in.has("out/sb-1/0/out"));
  EXPECT_FALSE(in.has("out/sb-1/0/link"));
  EXPECT_FALSE(in.has("out/sb-1/0/file_link"));
}

TEST(LocalArtifacts, AreRemovedByTheNextRun) {
  project in;
  auto reporter = in.reporter({"*.log"});
  scripted_run run{reporter};
  run.begin(0);
  put_file(in.dir / "a.log");
  run.end(0);
  ASSERT_TRUE(in.has("out/sb-1/0/a.log"));

  { auto const ended = std::move(in.output); }
  auto const next = output_directory::prepare(in.dir / "out");

  ASSERT_TRUE(next);
  EXPECT_FALSE(in.has("out/sb-1"));
}

TEST(LocalArtifacts, SayWhatCouldNotBeCopied) {
  project in;
  auto reporter = in.reporter({"a.log"});
  scripted_run run{reporter};
  put_file(in.dir / "out/sb-1", "a file where the folder should be");

  run.begin(0);
  put_file(in.dir / "a.log");
  run.end(0);

  ASSERT_TRUE(reporter.failure());
  EXPECT_NE(reporter.failure()->message.find("cannot copy the artifact a.log"), std::string::npos);
}

}  // namespace
}  // namespace offload
