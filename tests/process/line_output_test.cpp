// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/process/line_output.hpp>
#include <support/temp_dir.hpp>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <thread>

namespace offload {
namespace {

using testing::contents_of;
using testing::temp_dir;

/// A named pipe with a reader that reads when it is told to.
class LineOutputToAPipe : public ::testing::Test {
 protected:
  LineOutputToAPipe() {
    auto const path = (dir / "pipe").string();
    EXPECT_EQ(::mkfifo(path.c_str(), 0600), 0);
    reader = unique_fd{::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)};
    to.emplace(*line_output::to_file(path));
  }

  std::string read_all_there_is() const {
    std::string text(std::size_t{4} << 20U, '\0');
    std::size_t size = 0;
    for (ssize_t got = 0;
         (got = ::read(reader.get(), text.data() + size, text.size() - size)) > 0;) {
      size += static_cast<std::size_t>(got);
    }
    text.resize(size);
    return text;
  }

  temp_dir dir;
  unique_fd reader;
  std::optional<line_output> to;
};

TEST(LineOutput, EmptiesAFileAndWritesToIt) {
  temp_dir const dir;
  for (std::string const line : {"first\n", "second\n"}) {
    auto to = *line_output::to_file(dir / "file");
    to.next() += line;
    to.write();
    EXPECT_EQ(contents_of(dir.path() / "file"), line);
  }
}

TEST(LineOutput, SaysWhichFileCannotBeOpened) {
  auto const made = line_output::to_file("/nowhere/file");

  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().message, "cannot open /nowhere/file: No such file or directory");
}

TEST_F(LineOutputToAPipe, DoesNotWaitForItsReader) {
  std::string const much(std::size_t{1} << 20U, 'x');

  to->next() += much;
  to->write();  // more than a pipe holds
  auto read = read_all_there_is();

  EXPECT_GT(read.size(), 0U);
  EXPECT_LT(read.size(), much.size());
  to->next() += "end\n";
  while (read.size() < much.size() + 4) {
    to->write();
    read += read_all_there_is();
  }
  EXPECT_EQ(read, much + "end\n");
  EXPECT_FALSE(to->failure());
}

TEST_F(LineOutputToAPipe, WaitsForItsReaderAtTheEnd) {
  std::string const much(std::size_t{1} << 20U, 'x');
  to->next() += much;

  std::string read;
  std::jthread const reading{[&] {
    while (read.size() < much.size()) { read += read_all_there_is(); }
  }};
  to->write_all();

  EXPECT_FALSE(to->failure());
}

TEST_F(LineOutputToAPipe, FailsWhenNobodyReadsAnyMore) {
  reader.reset();

  to->next() += "line\n";
  to->write();

  ASSERT_TRUE(to->failure());
  EXPECT_NE(to->failure()->message.find("its reader has closed it"), std::string::npos);
}

}  // namespace
}  // namespace offload
