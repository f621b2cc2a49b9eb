// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/core/contents_of.hpp>
#include <offload/process/folder_lock.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <future>
#include <optional>
#include <sstream>
#include <string>
#include <thread>

#include "support/temp_dir.hpp"
#include "support/writing_processes.hpp"

namespace offload {
namespace {

using ::testing::HasSubstr;
using testing::succeeded_in_processes;
using testing::temp_dir;

TEST(FolderLock, IsHeldByOneAtATime) {
  temp_dir const folder;
  auto const first = folder_lock::take(folder.path(), seconds{0});
  ASSERT_TRUE(first);

  EXPECT_EQ(
      succeeded_in_processes(
          4, [&](int) { return folder_lock::take(folder.path(), seconds{0.05}).has_value(); }),
      0);

  auto const second = folder_lock::take(folder.path(), seconds{0});
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message, HasSubstr("another run of Offload has been writing in"));
}

TEST(FolderLock, IsGivenBackByAProcessThatDies) {
  temp_dir const folder;

  EXPECT_EQ(succeeded_in_processes(1,
                                   [&](int) {
                                     auto const held = folder_lock::take(folder.path(), seconds{0});
                                     ::_exit(held ? 0 : 1);
                                     return false;
                                   }),
            1);

  EXPECT_TRUE(folder_lock::take(folder.path(), seconds{0}));
}

/// Whether the kernel holds a thread of this process in the queue for a lock of a file.
bool one_waits_for_a_lock() {
  std::istringstream locks{contents_of("/proc/locks")};
  auto const own = " " + std::to_string(::getpid()) + " ";
  for (std::string line; std::getline(locks, line);) {
    if (line.find("-> FLOCK") != line.npos && line.find(own) != line.npos) { return true; }
  }
  return false;
}

TEST(FolderLock, IsWaitedForInTheKernelsQueue) {
  // One that looks now and then instead finds it taken for as long as others take it again at once.
  temp_dir const folder;
  std::optional held{folder_lock::take(folder.path(), seconds{0})};
  ASSERT_TRUE(*held);

  auto waiting = std::async(std::launch::async, [&] {
    return folder_lock::take(folder.path(), seconds{100}).has_value();
  });
  auto const until = steady_clock::now() + std::chrono::seconds{60};
  while (!one_waits_for_a_lock() && steady_clock::now() < until) { std::this_thread::yield(); }
  bool const waited = one_waits_for_a_lock();
  held.reset();

  EXPECT_TRUE(waited);
  EXPECT_TRUE(waiting.get());
}

TEST(FolderLock, IsGivenBackByAWaitThatWasGivenUp) {
  temp_dir const folder;
  {
    auto const held = folder_lock::take(folder.path(), seconds{0});
    ASSERT_TRUE(held);
    EXPECT_FALSE(folder_lock::take(folder.path(), seconds{0.01}));
  }

  EXPECT_TRUE(folder_lock::take(folder.path(), seconds{30}));
}

TEST(FolderLock, LeavesNothingInTheFolder) {
  temp_dir const folder;

  { auto const held = folder_lock::take(folder.path(), seconds{0}); }

  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(FolderLock, SaysWhichFolderIsNotThere) {
  temp_dir const folder;

  auto const none = folder_lock::take(folder.path() / "none", seconds{0});

  ASSERT_FALSE(none);
  EXPECT_THAT(none.error().message, HasSubstr("cannot open the folder"));
}

}  // namespace
}  // namespace offload
