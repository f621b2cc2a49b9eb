// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/process/folder_lock.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <new>
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

/// A number that processes share.
class shared_count {
 public:
  shared_count()
      : at_{new(::mmap(nullptr, sizeof(std::atomic<int>), PROT_READ | PROT_WRITE,
                       MAP_SHARED | MAP_ANONYMOUS, -1, 0)) std::atomic<int>{0}} {}
  ~shared_count() { ::munmap(at_, sizeof(std::atomic<int>)); }
  shared_count(shared_count const&) = delete;
  shared_count& operator=(shared_count const&) = delete;

  std::atomic<int>& operator*() const { return *at_; }

 private:
  std::atomic<int>* at_;
};

TEST(FolderLock, IsHadInTurnByProcessesThatTakeItAgainAtOnce) {
  // One that only looked now and then would find it taken until the others have done.
  temp_dir const folder;
  shared_count const turns_had;
  constexpr int turns = 100;
  constexpr int processes = 8;

  auto const takes_turns = [&](int) {
    int most_waited = 0;
    for (int turn = 0; turn < turns; ++turn) {
      int const asked = *turns_had;
      auto const held = folder_lock::take(folder.path(), seconds{300});
      if (!held) { return false; }
      most_waited = std::max(most_waited, (*turns_had)++ - asked);
      std::this_thread::sleep_for(std::chrono::milliseconds{2});
    }
    return most_waited < turns * processes / 2;
  };

  EXPECT_EQ(succeeded_in_processes(processes, takes_turns), processes);
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
