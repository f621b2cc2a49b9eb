// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/core/command.hpp>

#include <offload/core/shell_words.hpp>

#include <gtest/gtest.h>

namespace offload {
namespace {

TEST(ShellQuoted, LeavesPlainWordsAlone) {
  EXPECT_EQ(shell::quoted("tests/test_a.py::test_b"), "tests/test_a.py::test_b");
}

TEST(ShellQuoted, KeepsAnEmptyWord) { EXPECT_EQ(shell::quoted(""), "''"); }

TEST(ShellQuoted, QuotesWhatAShellWouldExpand) {
  EXPECT_EQ(shell::quoted("a b"), "'a b'");
  EXPECT_EQ(shell::quoted("$HOME"), "'$HOME'");
  EXPECT_EQ(shell::quoted("{a,b}"), "'{a,b}'");
  EXPECT_EQ(shell::quoted("~"), "'~'");
  EXPECT_EQ(shell::quoted("A=b"), "'A=b'");
}

TEST(ShellQuoted, EscapesSingleQuotes) { EXPECT_EQ(shell::quoted("it's"), R"('it'\''s')"); }

TEST(ShellJoined, SeparatesWordsBySpaces) {
  EXPECT_EQ(shell::joined({"echo", "a b", ""}), "echo 'a b' ''");
}

TEST(ExitStatus, NamesASignal) {
  EXPECT_EQ(to_string(exit_status{3, 0}), "exit status 3");
  EXPECT_EQ(to_string(exit_status{139, 11}), "signal 11 (SIGSEGV)");
}

}  // namespace
}  // namespace offload
