// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "parsed.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace offload {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::parse;
using testing::refused;
using testing::sections;
using ::testing::StartsWith;

/// The message about a file whose [provider] is a modal one with these keys, from line 5 on.
std::string modal_message(std::string const& keys) {
  return refused({.provider = "[provider]\ntype = \"modal\"\n" + keys + "\n"}).message;
}

/// Likewise, with these keys in [offload], from line 3 on.
std::string run_message(std::string const& keys) {
  return refused({.offload = "[offload]\nsandbox_repo_root = \".\"\n" + keys + "\n"}).message;
}

TEST(ConfigError, NamesPlaceSectionKeyAndReason) {
  EXPECT_EQ(modal_message("  cpu_cores = \"two\""),
            "offload.toml:5:3: [provider] key `cpu_cores`: expected a number, got a string");
}

TEST(ConfigError, IsOfItsKind) {
  EXPECT_EQ(refused({.provider = ""}).code, errc::invalid_config);
  EXPECT_EQ(refused({.rest = "[report\n"}).code, errc::invalid_config);
}

TEST(ConfigError, SaysWhereTheSyntaxIsBroken) {
  EXPECT_THAT(refused({.rest = "[report\n"}).message, StartsWith("offload.toml:8:8: "));
}

TEST(ConfigError, SaysWhichTypeIsExpected) {
  EXPECT_THAT(run_message("max_parallel = \"4\""),
              HasSubstr("expected a whole number, got a string"));
  EXPECT_THAT(run_message("max_parallel = 4.5"),
              HasSubstr("expected a whole number, got a floating-point number"));
  EXPECT_THAT(run_message("test_timeout_secs = true"),
              HasSubstr("expected a number, got true or false"));
  EXPECT_THAT(run_message("impatiently_requeue_batches = 1"),
              HasSubstr("expected true or false, got an integer"));
  EXPECT_THAT(modal_message("copy_dirs = \"a:b\""),
              HasSubstr("expected a list of strings, got a string"));
  EXPECT_THAT(modal_message("copy_dirs = [1]"), HasSubstr("expected a string, got an integer"));
  EXPECT_THAT(modal_message("env = []"), HasSubstr("expected a table, got a list"));
  EXPECT_THAT(modal_message("experimental_options = 2024-01-01"),
              HasSubstr("expected a table, got a date or time"));
}

TEST(ConfigError, SaysWhenASectionIsNoTable) {
  EXPECT_EQ(refused({.offload = "offload = 3\n"}).message,
            "offload.toml:1:1: key `offload`: expected a table, got an integer");
  EXPECT_THAT(refused({.groups = "[groups]\nall = 1\n"}).message,
              HasSubstr("[groups] key `all`: expected a table, got an integer"));
}

TEST(ConfigError, AdvisesQuotesForAnUnquotedString) {
  auto const e = refused({.provider = "[provider]\ntype = \"local\"\n[provider.env]\nPORT = 80\n"});

  EXPECT_EQ(e.message,
            "offload.toml:6:1: [provider.env] key `PORT`: expected a string, got an "
            "integer");
  EXPECT_EQ(e.hint, "Write it in quotes.");
}

TEST(ConfigError, RefusesNumbersThatMakeNoSense) {
  EXPECT_EQ(run_message("max_parallel = 0"),
            "offload.toml:3:1: [offload] key `max_parallel`: must be at least 1, got 0");
  EXPECT_THAT(run_message("max_parallel = -1"), HasSubstr("must be at least 1, got -1"));
  EXPECT_THAT(run_message("max_parallel = 4294967296"), HasSubstr("must be at most 4294967295"));
  EXPECT_THAT(run_message("max_parallel_collection = -1"), HasSubstr("must be at least 0"));
  EXPECT_THAT(run_message("test_timeout_secs = 0"), HasSubstr("must be more than 0"));
  EXPECT_THAT(run_message("test_timeout_secs = -5"), HasSubstr("must not be negative, got -5"));
  EXPECT_THAT(modal_message("cpu_cores = inf"), HasSubstr("must be a finite number"));
  EXPECT_THAT(modal_message("memory_gb = nan"), HasSubstr("must be a finite number"));
  EXPECT_THAT(refused({.groups = "[groups.all]\nretry_count = -1\n"}).message,
              HasSubstr("[groups.all] key `retry_count`: must be at least 0, got -1"));
  EXPECT_THAT(refused({.rest = "[history]\nreservoir_size = 0\n"}).message,
              HasSubstr("[history] key `reservoir_size`: must be at least 1, got 0"));
}

TEST(ConfigError, NamesAMissingSectionWithAnExample) {
  auto const e = refused({.provider = ""});

  EXPECT_EQ(e.message, "offload.toml:1:1: missing field `provider`");
  EXPECT_EQ(e.hint, "Add it, for example:\n[provider]\ntype = \"local\"");
}

TEST(ConfigError, NamesMissingGroupsWithAnExample) {
  auto const e = refused({.groups = ""});

  EXPECT_THAT(e.message, HasSubstr("missing field `groups`"));
  EXPECT_THAT(e.hint, HasSubstr("[groups.all]"));
}

TEST(ConfigError, NamesAMissingKeyWithAnExample) {
  auto const e = refused({.provider = "[provider]\ntype = \"default\"\n"});

  EXPECT_EQ(e.message, "offload.toml:3:1: [provider] missing field `create_command`");
  EXPECT_EQ(e.hint,
            "Add it to [provider], for example: create_command = "
            "\"./sandbox.sh create {image_id}\"");
}

TEST(ConfigError, PointsAtTheMisspeltKeyThatIsMissed) {
  auto const e = refused({.framework = "[framework]\ntpye = \"pytest\"\n"});

  EXPECT_THAT(e.message, HasSubstr("[framework] missing field `type`"));
  EXPECT_EQ(e.hint, "`tpye` looks like a misspelling: rename it to `type`.");
}

TEST(ConfigError, ListsTheTypesThereAre) {
  auto const provider = refused({.provider = "[provider]\ntype = \"modl\"\n"});
  auto const framework = refused({.framework = "[framework]\ntype = \"pytset\"\n"});

  EXPECT_EQ(provider.message,
            "offload.toml:4:1: [provider] key `type`: unknown provider `modl`, "
            "expected one of: local, default, modal");
  EXPECT_EQ(provider.hint, "Did you mean `modal`?");
  EXPECT_THAT(framework.message, HasSubstr("unknown framework `pytset`, expected one of: pytest, "
                                           "nextest, vitest, ctest, default"));
  EXPECT_EQ(framework.hint, "Did you mean `pytest`?");
}

TEST(ConfigError, ListsTheChoicesThereAre) {
  auto const e = refused({.rest = "[history]\nrecord_history = \"allways\"\n"});

  EXPECT_EQ(e.message,
            "offload.toml:9:1: [history] key `record_history`: expected one of "
            "\"always\", \"flag\", got \"allways\"");
  EXPECT_EQ(e.hint, "Did you mean `always`?");
}

TEST(ConfigError, NamesTheVariableThatCannotBeExpanded) {
  auto const e = refused({.provider = "[provider]\ntype = \"local\"\nenv.KEY = \"${UNSET}\"\n"});

  EXPECT_EQ(e.message,
            "offload.toml:5:5: [provider.env] key `KEY`: Failed to expand env var "
            "'KEY': Required environment variable not set: UNSET");
  EXPECT_THAT(e.hint, HasSubstr("${UNSET:-default}"));
}

TEST(ConfigError, NamesAKeyThatCannotBeExpanded) {
  EXPECT_THAT(refused({.groups = "[groups.all]\nfilters = \"-k ${}\"\n"}).message,
              HasSubstr("[groups.all] key `filters`: Failed to expand env var 'filters': Empty "
                        "variable name"));
  EXPECT_THAT(modal_message("experimental_options.a = \"${\""),
              HasSubstr("[provider] key `experimental_options`: Failed to expand env var "
                        "'experimental_options': Unclosed variable reference"));
}

TEST(ConfigError, RefusesNamesThatNoVariableCanHave) {
  EXPECT_THAT(
      modal_message("env = {\"A=B\" = \"c\"}"),
      HasSubstr("[provider.env] key `A=B`: is not a valid name for an environment variable"));
}

TEST(ConfigError, RefusesCommandLinesThatAreBadlyQuoted) {
  auto const framework = [](std::string const& keys) {
    return refused({.framework = "[framework]\ntype = \"pytest\"\n" + keys + "\n"}).message;
  };

  EXPECT_EQ(framework("command = \"pytest 'a\""),
            "offload.toml:7:1: [framework] key `command`: `pytest 'a` is badly quoted: a single "
            "quote (') is not closed");
  EXPECT_THAT(framework("run_args = '-k \"a'"), HasSubstr("key `run_args`: `-k \"a` is badly"));
  EXPECT_THAT(framework("discovery_args = '\\'"), HasSubstr("key `discovery_args`: `\\` is badly"));
}

TEST(ConfigError, RefusesAnEmptyCommand) {
  EXPECT_THAT(refused({.framework = "[framework]\ntype = \"vitest\"\ncommand = \" \"\n"}).message,
              HasSubstr("[framework] key `command`: must not be empty"));
}

TEST(ConfigError, RefusesCopyDirsWithoutBothSides) {
  EXPECT_EQ(modal_message("copy_dirs = [\"a:b\", \"./data\"]"),
            "offload.toml:5:1: [provider] key `copy_dirs`: `./data` is not of the form "
            "LOCAL:REMOTE");
}

TEST(LoadConfig, SaysThatThereIsNoFile) {
  auto const loaded = load_config("/nonexistent/offload.toml", testing::known_surroundings());

  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().code, errc::not_found);
  EXPECT_EQ(loaded.error().message,
            "cannot read /nonexistent/offload.toml: No such file or directory");
  EXPECT_THAT(loaded.error().hint, HasSubstr("offload init"));
}

TEST(LoadConfig, SaysThatThePathIsAFolder) {
  auto const loaded = load_config("/", testing::known_surroundings());

  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().code, errc::io);
  EXPECT_EQ(loaded.error().message, "cannot read /: Is a directory");
}

TEST(ParseConfig, RefusesTextThatIsNotUtf8) {
  EXPECT_FALSE(parse_config("\xff\xfe", "offload.toml", testing::known_surroundings()));
}

TEST(ParseConfig, SkipsAByteOrderMark) {
  EXPECT_TRUE(parse_config("\xef\xbb\xbf" + sections{}.text(), "offload.toml",
                           testing::known_surroundings()));
}

}  // namespace
}  // namespace offload
