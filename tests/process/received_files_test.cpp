// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/process/received_files.hpp>

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "support/temp_dir.hpp"

namespace offload {
namespace {

namespace fs = std::filesystem;

std::string contents(fs::path const& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

class ReceivedFiles : public ::testing::Test {
 protected:
  result<void> put(std::string_view path, std::string_view text) {
    return files.begin(path).and_then([&] { return files.write(text); }).map([&] { files.end(); });
  }

  testing::temp_dir place;
  fs::path folder = place.path() / "in" / "here";
  received_files files{folder};
};

TEST_F(ReceivedFiles, AreWrittenBelowTheFolder) {
  EXPECT_FALSE(fs::exists(folder));

  ASSERT_TRUE(put("a/b/c", "one"));
  ASSERT_TRUE(put("a/d\n", ""));
  ASSERT_TRUE(put("a/b/c", "two"));

  EXPECT_EQ(contents(folder / "a/b/c"), "two");
  EXPECT_TRUE(fs::is_regular_file(folder / "a/d\n"));
}

TEST_F(ReceivedFiles, MayHaveAnyNameButOneThatLeadsOut) {
  for (auto const* path :
       {"", ".", "..", "../x", "a/../../x", "/x", "a//x", "a/", "a/./x", "a/.."}) {
    EXPECT_FALSE(put(path, "evil")) << path;
  }
  EXPECT_FALSE(put(std::string_view{"a\0b", 3}, "evil"));

  EXPECT_TRUE(put("..x/...", "fine"));
  EXPECT_FALSE(fs::exists(place.path() / "in" / "x"));
  EXPECT_FALSE(fs::exists(folder / "x"));
}

TEST_F(ReceivedFiles, FollowNoLink) {
  fs::create_directories(folder);
  fs::create_directory(place.path() / "outside");
  fs::create_symlink(place.path() / "outside", folder / "link");
  fs::create_symlink(place.path() / "outside" / "new", folder / "file");

  EXPECT_FALSE(put("link/x", "evil"));
  EXPECT_TRUE(put("file", "in place of the link"));

  EXPECT_TRUE(fs::is_empty(place.path() / "outside"));
  EXPECT_TRUE(fs::is_regular_file(fs::symlink_status(folder / "file")));
}

TEST_F(ReceivedFiles, AreNothingWhenTheyAreDropped) {
  ASSERT_TRUE(files.begin("a/b"));
  ASSERT_TRUE(files.write("half"));

  files.drop();
  files.drop();

  EXPECT_FALSE(fs::exists(folder / "a/b"));
}

TEST_F(ReceivedFiles, CannotBeInPlaceOfAFolder) {
  ASSERT_TRUE(put("a/b", "one"));

  EXPECT_FALSE(put("a", "two"));
  auto const below = put("a/b/c", "three");

  ASSERT_FALSE(below);
  EXPECT_NE(below.error().message.find("cannot write a/b/c"), std::string::npos);
  EXPECT_EQ(contents(folder / "a/b"), "one");
}

}  // namespace
}  // namespace offload
