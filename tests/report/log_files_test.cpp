// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/report/log_files.hpp>
#include <report/run_events.hpp>
#include <support/temp_dir.hpp>

#include <gtest/gtest.h>

namespace offload {
namespace {

using testing::attempt_of;
using testing::contents_of;
using testing::scripted_run;
using testing::temp_dir;

class LogFiles : public ::testing::Test {
 protected:
  LogFiles() { std::filesystem::create_directories(dir / "logs"); }

  void write(unsigned batch, stream from, std::string_view bytes) {
    run.tell(batch_output{{batch}, from, bytes});
  }
  [[nodiscard]] std::string log(std::string_view name) const {
    return contents_of(dir.path() / "logs" / name);
  }
  [[nodiscard]] bool exists(std::string_view name) const {
    return std::filesystem::exists(dir.path() / "logs" / name);
  }

  temp_dir dir;
  log_files reporter{dir.path()};
  scripted_run<log_files> run{reporter};
};

TEST_F(LogFiles, NamesTheLogsOfABatchByItsOutcome) {
  run.begin(7);
  EXPECT_TRUE(exists("batch-7.stdout.running"));
  EXPECT_TRUE(exists("batch-7.stderr.running"));

  run.end(7, "sb-1", batch_end::failure);

  EXPECT_TRUE(exists("batch-7.stdout.failure"));
  EXPECT_TRUE(exists("batch-7.stderr.failure"));
  EXPECT_FALSE(exists("batch-7.stdout.running"));
  EXPECT_FALSE(exists("batch-7.stderr.running"));
}

TEST_F(LogFiles, KeepsStreamsAndBatchesApart) {
  run.begin(0);
  run.begin(1);
  write(0, stream::out, "out 0\n");
  write(1, stream::out, "out 1\n");
  write(0, stream::err, "err 0\n");
  run.end(0);
  run.end(1);

  EXPECT_EQ(log("batch-0.stdout.success"), "out 0\n");
  EXPECT_EQ(log("batch-0.stderr.success"), "err 0\n");
  EXPECT_EQ(log("batch-1.stdout.success"), "out 1\n");
  EXPECT_EQ(log("batch-1.stderr.success"), "");
}

TEST_F(LogFiles, WritesALineForEachAttempt) {
  run.begin(0);
  write(0, stream::out, "no line feed");
  run.attempt(attempt_of("tests/a.py::x", outcome::passed, 0.012));
  run.end(0);

  EXPECT_EQ(log("batch-0.stdout.success"), "no line feed\nPASSED tests/a.py::x (0.01s)\n");
}

TEST_F(LogFiles, ShowsWhatABadAttemptSaid) {
  auto bad = attempt_of("a", outcome::timed_out, 2);
  bad.report.message = "too slow";
  bad.report.text = "stack\nof a";
  bad.report.out = "o\n";
  bad.report.err = "no line feed";
  run.begin(0);
  run.attempt(bad);
  run.end(0);

  EXPECT_EQ(log("batch-0.stdout.success"),
            "TIMED OUT a (2.00s)\nstack\nof a\n--- captured stdout ---\no\n"
            "--- captured stderr ---\nno line feed\n");
}

TEST_F(LogFiles, SaysWhyABatchWasInError) {
  run.begin(0);
  write(0, stream::err, "half");
  run.end(0, "sb-1", batch_end::error, "the sandbox is gone");

  EXPECT_EQ(log("batch-0.stderr.error"), "half\noffload: the sandbox is gone\n");
}

TEST_F(LogFiles, CanBeFollowedWhileABatchRuns) {
  run.begin(0);
  write(0, stream::out, "first\n");
  run.tell(tick{});

  EXPECT_EQ(log("batch-0.stdout.running"), "first\n");
}

TEST_F(LogFiles, WritesLargeOutputAtOnce) {
  run.begin(0);
  write(0, stream::out, std::string(100'000, 'x'));

  EXPECT_EQ(log("batch-0.stdout.running").size(), 100'000U);
}

TEST_F(LogFiles, CancelsBatchesThatAreOpenAtTheEnd) {
  run.begin(0);
  write(0, stream::out, "so far\n");
  run.finish();

  EXPECT_EQ(log("batch-0.stdout.cancelled"), "so far\n");
}

TEST_F(LogFiles, TellsWhatCouldNotBeWritten) {
  std::filesystem::remove(dir / "logs");

  run.begin(0);
  run.end(0);

  ASSERT_TRUE(reporter.failure());
  EXPECT_NE(reporter.failure()->message.find("batch-0.stdout.running"), std::string::npos);
}

}  // namespace
}  // namespace offload
