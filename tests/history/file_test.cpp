// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/history/file.hpp>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "histories.hpp"
#include "support/temp_dir.hpp"

namespace offload {
namespace {

namespace fs = std::filesystem;
using testing::config_name;
using testing::sample;

void add_one(history& all) {
  add_attempt(all.edit({config_name, "t"}), history_outcome::passed, sample("r", 1, 1), 20);
}

TEST(HistoryFile, IsEmptyWhenThereIsNone) {
  testing::temp_dir const dir;

  EXPECT_TRUE(load_history(dir / "h.jsonl")->empty());
}

TEST(HistoryFile, CannotBeAFolder) {
  testing::temp_dir const dir;

  EXPECT_FALSE(load_history(dir.path()));
  EXPECT_FALSE(update_history(dir.path(), add_one));
}

TEST(HistoryFile, IsMadeWithItsFolder) {
  testing::temp_dir const dir;

  ASSERT_TRUE(update_history(dir / "some/folder/h.jsonl", add_one));

  EXPECT_EQ(load_history(dir / "some/folder/h.jsonl")->size(), 1U);
}

TEST(HistoryFile, LeavesNothingBesideIt) {
  testing::temp_dir const dir;

  ASSERT_TRUE(update_history(dir / "h.jsonl", add_one));
  ASSERT_TRUE(update_history(dir / "h.jsonl", add_one));

  EXPECT_EQ(std::distance(fs::directory_iterator{dir.path()}, fs::directory_iterator{}), 1);
}

TEST(HistoryFile, IsWrittenByteByByteWhenNothingChanges) {
  testing::temp_dir const dir;
  auto const text = testing::contents_of(testing::real_history_path());
  testing::put_file(dir / "h.jsonl", text);

  ASSERT_TRUE(update_history(dir / "h.jsonl", [](history&) {}));

  EXPECT_EQ(testing::contents_of(dir / "h.jsonl"), text);
}

TEST(HistoryFile, KeepsLinkAndPermissions) {
  testing::temp_dir const dir;
  testing::put_file(dir / "real/h.jsonl", "");
  fs::permissions(dir / "real/h.jsonl", fs::perms::owner_read | fs::perms::owner_write);
  fs::create_symlink("real/h.jsonl", dir / "link.jsonl");

  ASSERT_TRUE(update_history(dir / "link.jsonl", add_one));

  EXPECT_TRUE(fs::is_symlink(dir / "link.jsonl"));
  EXPECT_EQ(load_history(dir / "real/h.jsonl")->size(), 1U);
  EXPECT_EQ(fs::status(dir / "real/h.jsonl").permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
}

TEST(HistoryFile, ReplacesWhatACrashLeft) {
  testing::temp_dir const dir;
  testing::put_file(dir / "h.jsonl.tmp", "half a li");

  ASSERT_TRUE(update_history(dir / "h.jsonl", add_one));

  EXPECT_FALSE(fs::exists(dir / "h.jsonl.tmp"));
  EXPECT_EQ(load_history(dir / "h.jsonl")->size(), 1U);
}

TEST(HistoryFile, DoesNotWaitForALockForEver) {
  testing::temp_dir const dir;
  int const held = ::open(dir.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  ASSERT_EQ(::flock(held, LOCK_EX), 0);

  auto const updated = update_history(dir / "h.jsonl", add_one, seconds{0});

  ASSERT_FALSE(updated);
  EXPECT_NE(updated.error().message.find("another run of Offload"), std::string::npos);
  ::close(held);
}

TEST(HistoryFile, DescribesAFewDamagedLines) {
  std::vector<damaged_line> many;
  for (std::size_t i = 1; i <= 7; ++i) { many.push_back({i, "x", "it is not JSON"}); }

  auto const told = described("h.jsonl", many);

  ASSERT_EQ(told.size(), 6U);
  EXPECT_EQ(told[0], "h.jsonl:1: this line cannot be read: it is not JSON");
  EXPECT_EQ(told[5], "h.jsonl: 2 more lines cannot be read");
}

}  // namespace
}  // namespace offload
