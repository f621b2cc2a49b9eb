// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/process/folder_lock.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

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
