// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/process/temp_folder.hpp>

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "support/temp_dir.hpp"

namespace offload {
namespace {

/// The system's temporary files are in a folder of the test's own.
class TempFolder : public ::testing::Test {
 protected:
  TempFolder() { ::setenv("TMPDIR", place.path().c_str(), 1); }
  ~TempFolder() override {
    before.empty() ? ::unsetenv("TMPDIR") : ::setenv("TMPDIR", before.c_str(), 1);
  }

  testing::temp_dir place;
  std::string before = std::getenv("TMPDIR") != nullptr ? std::getenv("TMPDIR") : "";
};

TEST_F(TempFolder, HoldsFilesAndIsGoneAtTheEnd) {
  {
    auto const folder = temp_folder::make(std::vector<support_file>{{"name", "contents"}});
    ASSERT_TRUE(folder);
    EXPECT_EQ(testing::contents_of(folder->path() / "name"), "contents");
  }

  EXPECT_TRUE(std::filesystem::is_empty(place.path()));
}

TEST_F(TempFolder, IsRemovedLaterWhenItsProcessWasKilled) {
  auto const alive = temp_folder::make();
  testing::put_file(place / "offload-killed/.lock");
  testing::put_file(place / "offload-killed/deep/file", "x");
  testing::put_file(place / "offload-of-nobody/file", "x");
  testing::put_file(place / "other/.lock");

  remove_abandoned_temp_folders();

  EXPECT_TRUE(std::filesystem::exists(alive->path()));
  EXPECT_FALSE(std::filesystem::exists(place / "offload-killed"));
  EXPECT_TRUE(std::filesystem::exists(place / "offload-of-nobody"));
  EXPECT_TRUE(std::filesystem::exists(place / "other"));
}

TEST_F(TempFolder, IsRemovedWhenItsProcessEndsAtOnce) {
  auto const folder = temp_folder::make(std::vector<support_file>{{"name", "contents"}});
  testing::put_file(place / "offload-of-another/.lock", "1:1");

  remove_own_temp_folders();

  EXPECT_FALSE(std::filesystem::exists(folder->path()));
  EXPECT_TRUE(std::filesystem::exists(place / "offload-of-another"));
}

}  // namespace
}  // namespace offload
