// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/core/error.hpp>

#include <gtest/gtest.h>

namespace offload {
namespace {

result<int> read_answer() { return fail(errc::io, "cannot open {}", "a.txt"); }

TEST(Error, CarriesAFormattedMessage) {
  auto const answer = read_answer();

  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error(), (error{errc::io, "cannot open a.txt"}));
}

TEST(Error, CollectsAFrameALayer) {
  auto const answer = read_answer().map_error(doing("reading {}", "the answer"));

  ASSERT_FALSE(answer);
  EXPECT_EQ(to_string(answer.error()), "cannot open a.txt\n  while reading the answer");
}

TEST(Error, EndsWithTheHint) {
  error const e{errc::not_found, "no python", "install it"};

  EXPECT_EQ(to_string(e), "no python\n  hint: install it");
}

}  // namespace
}  // namespace offload
