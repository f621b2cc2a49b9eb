// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/config/expand.hpp>

#include <gtest/gtest.h>

#include <cstdlib>

namespace offload {
namespace {

std::optional<std::string> variables(std::string_view name) {
  if (name == "HOME") { return "/home/me"; }
  if (name == "EMPTY") { return ""; }
  return std::nullopt;
}

std::string message_of(result<std::string> const& failed) {
  return failed ? "no error" : failed.error().message;
}

TEST(Expand, LeavesPlainTextAlone) { EXPECT_EQ(expand("a b {c}", variables), "a b {c}"); }

TEST(Expand, ReplacesAVariable) {
  EXPECT_EQ(expand("${HOME}", variables), "/home/me");
  EXPECT_EQ(expand("x${HOME}y${HOME}", variables), "x/home/mey/home/me");
}

TEST(Expand, TakesTwoDollarSignsForOne) {
  EXPECT_EQ(expand("$$100", variables), "$100");
  EXPECT_EQ(expand("$$$$", variables), "$$");
  EXPECT_EQ(expand("$${HOME}", variables), "${HOME}");
}

TEST(Expand, LeavesALoneDollarSign) { EXPECT_EQ(expand("$x costs 5$", variables), "$x costs 5$"); }

TEST(Expand, UsesTheDefaultOnlyWhenTheVariableIsUnset) {
  EXPECT_EQ(expand("${HOME:-else}", variables), "/home/me");
  EXPECT_EQ(expand("${EMPTY:-else}", variables), "");
  EXPECT_EQ(expand("${UNSET:-else}", variables), "else");
  EXPECT_EQ(expand("${UNSET:-}", variables), "");
}

TEST(Expand, EndsADefaultAtTheFirstBrace) {
  EXPECT_EQ(expand("${UNSET:-${HOME}}", variables), "${HOME}");
}

TEST(Expand, DoesNotExpandWhatAVariableHolds) {
  auto const tricky = [](std::string_view) { return std::optional<std::string>{"$$ ${HOME}"}; };

  EXPECT_EQ(expand("${A}", tricky), "$$ ${HOME}");
}

TEST(Expand, RefusesAnUnsetVariable) {
  auto const failed = expand("${UNSET}", variables);

  EXPECT_EQ(message_of(failed), "Required environment variable not set: UNSET");
  EXPECT_EQ(failed.error().hint, "Set UNSET, or write ${UNSET:-default}; $${ is a literal ${.");
}

TEST(Expand, RefusesAnEmptyName) {
  EXPECT_EQ(message_of(expand("a${}b", variables)), "Empty variable name");
  EXPECT_EQ(message_of(expand("${:-x}", variables)), "Empty variable name");
}

TEST(Expand, RefusesAnOpenReference) {
  EXPECT_EQ(message_of(expand("a ${HOME", variables)), "Unclosed variable reference");
}

TEST(ExpandCommandLine, LeavesSingleQuotedPartsToTheShellTheyAreMeantFor) {
  EXPECT_EQ(expand_command_line(R"(bash -c 'cd ${DIR}; exec "$@" $$' -- ${HOME})", variables),
            R"(bash -c 'cd ${DIR}; exec "$@" $$' -- /home/me)");
}

TEST(ExpandCommandLine, ExpandsInDoubleQuotes) {
  EXPECT_EQ(expand_command_line(R"("it's ${HOME}" '${A}')", variables),
            R"("it's /home/me" '${A}')");
}

TEST(ExpandCommandLine, KnowsAnEscapedQuote) {
  EXPECT_EQ(expand_command_line(R"(a\' ${HOME} b\')", variables), R"(a\' /home/me b\')");
}

TEST(ExpandCommandLine, LeavesBadQuotingToTheSplitter) {
  EXPECT_EQ(expand_command_line("a '${HOME}", variables), "a '${HOME}");
  EXPECT_EQ(expand_command_line("${HOME}\\", variables), "/home/me\\");
}

TEST(EnvironmentVariable, ReadsTheProcess) {
  ::setenv("OFFLOAD_EXPAND_TEST", "", 1);

  EXPECT_EQ(environment_variable("OFFLOAD_EXPAND_TEST"), "");
  EXPECT_EQ(environment_variable("OFFLOAD_EXPAND_TEST_UNSET"), std::nullopt);
}

}  // namespace
}  // namespace offload
