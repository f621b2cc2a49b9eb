// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/process/standard_streams.hpp>

#include <gtest/gtest.h>

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>

namespace offload {
namespace {

/// Ends with 0 when, with these streams closed, the next file to be opened is none of the three.
[[noreturn]] void open_a_file_without(std::initializer_list<int> streams) {
  for (int const each : streams) { ::close(each); }
  open_standard_streams();
  std::_Exit(::open("/dev/zero", O_RDONLY) > 2 ? 0 : 1);
}

TEST(StandardStreams, AreNotTakenByTheNextFile) {
  EXPECT_EXIT(open_a_file_without({0}), ::testing::ExitedWithCode(0), "");
  EXPECT_EXIT(open_a_file_without({1}), ::testing::ExitedWithCode(0), "");
  EXPECT_EXIT(open_a_file_without({0, 2}), ::testing::ExitedWithCode(0), "");
  EXPECT_EXIT(open_a_file_without({0, 1, 2}), ::testing::ExitedWithCode(0), "");
  EXPECT_EXIT(open_a_file_without({}), ::testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace offload
