// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/core/nearest.hpp>

#include <gtest/gtest.h>

#include <array>

namespace offload {
namespace {

constexpr std::array<std::string_view, 4> keys{"type", "env", "cpu_cores", "copy_dirs"};

TEST(Nearest, FindsAMissingLetter) { EXPECT_EQ(text::nearest("cpu_core", keys), "cpu_cores"); }

TEST(Nearest, FindsAWrongLetter) { EXPECT_EQ(text::nearest("copy-dirs", keys), "copy_dirs"); }

TEST(Nearest, CountsASwapOfNeighboursOnce) { EXPECT_EQ(text::nearest("evn", keys), "env"); }

TEST(Nearest, FindsNothingThatIsFarAway) {
  EXPECT_EQ(text::nearest("stream_output", keys), std::nullopt);
  EXPECT_EQ(text::nearest("cpu", keys), std::nullopt);
}

TEST(Nearest, IsStricterWithShortWords) { EXPECT_EQ(text::nearest("app", keys), std::nullopt); }

TEST(Nearest, PrefersTheCandidateWithFewerChanges) {
  std::array<std::string_view, 2> const similar{"retry_counts", "retry_count"};

  EXPECT_EQ(text::nearest("retry_cont", similar), "retry_count");
}

TEST(Nearest, TakesTheFirstOfEquallyNearCandidates) {
  std::array<std::string_view, 2> const similar{"paths", "patha"};

  EXPECT_EQ(text::nearest("path", similar), "paths");
}

TEST(Nearest, FindsNothingAmongNothing) { EXPECT_EQ(text::nearest("type", {}), std::nullopt); }

}  // namespace
}  // namespace offload
