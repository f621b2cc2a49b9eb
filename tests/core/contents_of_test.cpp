// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/core/contents_of.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace offload {
namespace {

namespace fs = std::filesystem;

TEST(ContentsOf, AreTheBytesOfTheFile) {
  auto const path = fs::path{::testing::TempDir()} / "offload_contents_of_test";
  std::string bytes(10'000, 'x');
  bytes += std::string{"\0\r\n\xff", 4};
  std::ofstream{path, std::ios::binary} << bytes;

  EXPECT_EQ(contents_of(path), bytes);

  fs::remove(path);
}

TEST(ContentsOf, AreEmptyWhereThereIsNoFileToRead) {
  EXPECT_EQ(contents_of(::testing::TempDir() + "there/is/no/such/file"), "");
  EXPECT_EQ(contents_of(::testing::TempDir()), "") << "a folder";
}

}  // namespace
}  // namespace offload
