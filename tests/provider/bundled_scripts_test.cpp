// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/provider/bundled_scripts.hpp>

#include <offload/process/temp_folder.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <iterator>

namespace offload {
namespace {

namespace fs = std::filesystem;

std::string contents_of(fs::path const& path) {
  std::ifstream file{path};
  return {std::istreambuf_iterator<char>{file}, {}};
}

TEST(BundledScripts, AreLaidAsExecutableFiles) {
  auto const temp = temp_folder::make();
  ASSERT_TRUE(temp);
  auto const folder = fs::path{temp->path()} / "made" / "for it";

  ASSERT_TRUE(lay_bundled_scripts(folder));

  auto const script = folder / "modal_sandbox.py";
  EXPECT_THAT(contents_of(script), ::testing::StartsWith("#!/usr/bin/env -S uv run --script\n"));
  EXPECT_EQ(fs::status(script).permissions(), fs::perms{0755});
}

TEST(BundledScripts, ReplaceWhatAnotherVersionLeft) {
  auto const temp = temp_folder::make();
  ASSERT_TRUE(temp);
  auto const folder = fs::path{temp->path()};
  auto const script = folder / "modal_sandbox.py";
  std::ofstream{script} << "old";

  ASSERT_TRUE(lay_bundled_scripts(folder));
  auto const text = contents_of(script);
  auto const written = fs::last_write_time(script) - std::chrono::hours{1};
  fs::last_write_time(script, written);
  ASSERT_TRUE(lay_bundled_scripts(folder));

  EXPECT_NE(text, "old");
  EXPECT_EQ(fs::last_write_time(script), written) << "what is the same is left alone";
}

TEST(BundledScripts, AFolderThatCannotBeMadeIsAnError) {
  auto const temp = temp_folder::make();
  ASSERT_TRUE(temp);
  auto const file = fs::path{temp->path()} / "file";
  std::ofstream{file} << "x";

  auto const failed = lay_bundled_scripts(file / "scripts");

  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error().message, ::testing::HasSubstr("cannot write"));
  EXPECT_THAT(failed.error().hint, ::testing::HasSubstr("XDG_CACHE_HOME"));
}

TEST(BundledScripts, AreFoundByTheirNames) {
  EXPECT_EQ(with_bundled_scripts("uv run @modal_sandbox.py create", "/scripts"),
            "uv run /scripts/modal_sandbox.py create");
  EXPECT_FALSE(with_bundled_scripts("uv run @offload_modal_images.py", "/scripts"));
}

}  // namespace
}  // namespace offload
