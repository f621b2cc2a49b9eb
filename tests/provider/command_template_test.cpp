// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/provider/command_template.hpp>

#include <offload/process/child_process.hpp>

#include <gtest/gtest.h>

#include <vector>

namespace offload {
namespace {

using namespace std::chrono_literals;

std::string filled(std::string_view command, std::string value) {
  std::vector<filling> const with{{"{id}", std::move(value)}};
  return filled_command(command, with);
}

TEST(CommandTemplate, LeavesPlainValuesAsTheyAre) {
  EXPECT_EQ(filled("ssh {id} true", "host-1.example"), "ssh host-1.example true");
}

TEST(CommandTemplate, QuotesWhatTheShellWouldTakeApart) {
  EXPECT_EQ(filled("run {id}", "a b$c"), "run 'a b$c'");
}

TEST(CommandTemplate, LooksAtAValueOnlyOnce) {
  std::vector<filling> const with{{"{id}", "{command}"}, {"{command}", "x"}};

  EXPECT_EQ(filled_command("{id} {command}", with), "'{command}' x");
}

TEST(CommandTemplate, LeavesOtherBracesAlone) {
  EXPECT_EQ(filled("echo ${HOME} {ids} {id}", "x"), "echo ${HOME} {ids} x");
}

TEST(CommandTemplate, TakesShellTextAsItStands) {
  std::vector<filling> const with{{"{paths}", "a:b 'c d':e", filling::form::text}};

  EXPECT_EQ(filled_command("get {paths}", with), "get a:b 'c d':e");
}

TEST(ScriptReference, IsAFileNameBehindAnAtSign) {
  EXPECT_EQ(script_reference("uv run @modal_sandbox.py create"), "modal_sandbox.py");
  EXPECT_EQ(script_reference("@x.sh"), "x.sh");
  EXPECT_EQ(script_reference("ssh user@host.example true"), std::nullopt);
  EXPECT_EQ(script_reference("echo @home"), std::nullopt);
  EXPECT_EQ(script_reference("echo @.py @x."), std::nullopt);
}

/// Whatever quotes a user puts around a placeholder, a shell sees the value.
class QuotedPlaceholder : public ::testing::TestWithParam<std::string_view> {};

INSTANTIATE_TEST_SUITE_P(InAllPlaces, QuotedPlaceholder,
                         ::testing::Values("printf %s {id}", "printf %s \"{id}\"",
                                           "printf %s '{id}'", "printf %s \"\"{id}",
                                           "sh -c 'printf %s \"$1\"' x {id}",
                                           "printf %s \"$(printf %s {id})\"",
                                           "printf %s \"$(printf %s \"{id}\")\"",
                                           "echo \\' >/dev/null; printf %s {id}",
                                           "echo \"'\" >/dev/null; printf %s {id}",
                                           "echo ')' >/dev/null; printf %s \"{id}\""));

TEST_P(QuotedPlaceholder, ReachesTheCommandUnchanged) {
  for (std::string const value :
       {"plain", "two words", "it's", "\"", "$HOME", "`id`", "$(id)", "\\", "\\n", "a\nb", "*", "~",
        "@x.y", "{id}", "ä ö", "a;b&c|d>e", "!", "#"}) {
    auto const done = run_process({"/bin/sh", "-c", filled(GetParam(), value)}, {});

    ASSERT_TRUE(done) << to_string(done.error());
    EXPECT_EQ(done->out, value) << filled(GetParam(), value);
  }
}

}  // namespace
}  // namespace offload
