// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors

// Tests that end in every way that GoogleTest knows.
#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <string>

namespace {

int total(int a, int b) { return a + b; }

TEST(Cart, AddsUp) { EXPECT_EQ(total(1, 2), 3); }
TEST(Cart, IsWrong) { EXPECT_EQ(total(2, 3), 4) << "with <words> & \"quotes\""; }
TEST(Cart, NeedsANetwork) { GTEST_SKIP() << "no network here"; }
TEST(Cart, DISABLED_IsNotReady) { FAIL(); }
TEST(Cart, Crashes) { std::raise(SIGSEGV); }
TEST(Cart, Exits) { std::_Exit(3); }
TEST(Cart, ComesLast) {}

class Prices : public ::testing::TestWithParam<std::string> {};
TEST_P(Prices, AreShort) { EXPECT_LT(GetParam().size(), 8u); }
INSTANTIATE_TEST_SUITE_P(Some, Prices, ::testing::Values("1 # 2", "two words", "'q\" $HOME"));
INSTANTIATE_TEST_SUITE_P(Named, Prices, ::testing::Values("1", "2"),
                         [](auto const& price) { return "Costs" + price.param; });

template <class T>
class Number : public ::testing::Test {};
using numbers = ::testing::Types<int, unsigned long>;
TYPED_TEST_SUITE(Number, numbers);
TYPED_TEST(Number, IsZero) { EXPECT_EQ(TypeParam{}, TypeParam{}); }

TEST(DISABLED_Later, IsNotReady) { FAIL(); }

}  // namespace
