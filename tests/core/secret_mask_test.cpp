// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/core/secret_mask.hpp>

#include <gtest/gtest.h>

namespace offload {
namespace {

std::string masked(std::vector<env_var> const& variables, std::string text) {
  return secret_mask{variables}.masked(std::move(text));
}

TEST(SecretMask, TakesValuesOutOfTexts) {
  EXPECT_EQ(masked({{"TOKEN", "abcdefgh"}}, "abcdefgh: xabcdefghx, abcdefg"),
            "***: x***x, abcdefg");
}

TEST(SecretMask, LeavesShortValuesAlone) {
  EXPECT_EQ(masked({{"A", ""}, {"B", "1234567"}}, "1234567"), "1234567");
  std::vector<env_var> const only{{"B", "1234567"}};
  EXPECT_TRUE(secret_mask{only}.is_empty());
}

TEST(SecretMask, LeavesPublicVariablesAlone) {
  for (auto const* name : {"OFFLOAD_ROOT", "PATH", "PYTHONPATH", "LC_ALL", "CACHE_DIR", "HOME"}) {
    EXPECT_EQ(masked({{name, "/a/long/path"}}, "in /a/long/path"), "in /a/long/path") << name;
  }
  EXPECT_EQ(masked({{"PATHS_KEY", "/a/long/path"}}, "in /a/long/path"), "in ***");
}

TEST(SecretMask, TakesTheLongestFirst) {
  std::vector<env_var> const variables{{"A", "password"}, {"B", "password-and-more"}};

  EXPECT_EQ(masked(variables, "password-and-more password"), "*** ***");
}

TEST(SecretMask, TakesLinesToo) {
  std::vector<env_var> const key{{"KEY", "BEGIN KEY\nabcdefghijk\nshort\n"}};

  EXPECT_EQ(masked(key, "[BEGIN KEY\nabcdefghijk\nshort\n]"), "[***]");
  EXPECT_EQ(masked(key, "x abcdefghijk"), "x ***");
  EXPECT_EQ(masked(key, "short"), "short");
}

TEST(SecretMask, IsAppliedToAllOfAnError) {
  error e{errc::io, "no abcdefgh", "try abcdefgh", {"using abcdefgh"}};

  secret_mask{std::vector<env_var>{{"A", "abcdefgh"}}}.apply(e);

  EXPECT_EQ(e, (error{errc::io, "no ***", "try ***", {"using ***"}}));
}

}  // namespace
}  // namespace offload
