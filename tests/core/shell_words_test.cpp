// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/core/shell_words.hpp>

#include <gtest/gtest.h>

namespace offload {
namespace {

using words = std::vector<std::string>;

TEST(SplitShellWords, SplitsAtWhiteSpace) {
  EXPECT_EQ(shell::split("  uv run\tpytest\n"), (words{"uv", "run", "pytest"}));
}

TEST(SplitShellWords, KeepsQuotedWordsTogether) {
  EXPECT_EQ(shell::split("-m 'not slow' -k \"a or b\""), (words{"-m", "not slow", "-k", "a or b"}));
}

TEST(SplitShellWords, KeepsAnEmptyQuotedWord) {
  EXPECT_EQ(shell::split("-o addopts=''  ''"), (words{"-o", "addopts=", ""}));
}

TEST(SplitShellWords, UnescapesOnlyWhatDoubleQuotesEscape) {
  EXPECT_EQ(shell::split(R"("a\"b\n" c\ d)"), (words{R"(a"b\n)", "c d"}));
}

TEST(SplitShellWords, RefusesAnOpenQuote) {
  EXPECT_FALSE(shell::split("pytest 'a"));
  EXPECT_FALSE(shell::split("pytest \"a"));
  EXPECT_FALSE(shell::split("pytest a\\"));
}

TEST(SplitShellWords, YieldsNothingForBlankText) { EXPECT_EQ(shell::split(" \n"), words{}); }

}  // namespace
}  // namespace offload
