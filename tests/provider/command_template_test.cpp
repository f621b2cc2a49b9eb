// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/provider/command_template.hpp>

#include <offload/process/child_process.hpp>

#include <gmock/gmock.h>
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

std::string scripted(std::string_view command) {
  std::vector<filling> const scripts{{"go.py", "/a b/go.py"}};
  return with_scripts(command, scripts).value_or("error");
}

TEST(ScriptReference, IsAFileNameBehindAnAtSign) {
  EXPECT_EQ(scripted("uv run @go.py create"), "uv run '/a b/go.py' create");
  EXPECT_EQ(scripted("@go.py @go.py\n@go.py"), "'/a b/go.py' '/a b/go.py'\n'/a b/go.py'");
  EXPECT_EQ(scripted("ssh user@host.example true"), "ssh user@host.example true");
  EXPECT_EQ(scripted("echo @home @.py @x. =@go.py"), "echo @home @.py @x. =@go.py");
}

TEST(ScriptReference, KnowsBetweenWhichQuotesItStands) {
  EXPECT_EQ(scripted("sh -c \"uv run @go.py\""), "sh -c \"uv run /a b/go.py\"");
  EXPECT_EQ(scripted("sh -c 'x; uv run @go.py'"), "sh -c 'x; uv run /a b/go.py'");
}

TEST(ScriptReference, ToAnUnknownScriptIsAnErrorThatNamesTheKnown) {
  std::vector<filling> const scripts{{"go.py", "/go.py"}, {"run.sh", "/run.sh"}};

  auto const failed = with_scripts("uv run @gone.py", scripts);

  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().message, "there is no bundled script @gone.py");
  EXPECT_THAT(failed.error().hint, ::testing::HasSubstr("@go.py, @run.sh"));
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
