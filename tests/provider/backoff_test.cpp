// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/provider/backoff.hpp>

#include <gtest/gtest.h>

namespace offload {
namespace {

using namespace std::chrono_literals;

TEST(Backoff, DoublesWithEachFailureUpToALimit) {
  EXPECT_EQ(backoff(1, 0), 0.25s);
  EXPECT_EQ(backoff(2, 0), 0.5s);
  EXPECT_EQ(backoff(5, 0), 4s);
  EXPECT_EQ(backoff(50, 0), 4s);
}

TEST(Backoff, PartsThoseWhoFailedTogether) {
  EXPECT_EQ(backoff(1, 0.5), 0.375s);
  EXPECT_LT(backoff(5, 0.999), 8s);
}

}  // namespace
}  // namespace offload
