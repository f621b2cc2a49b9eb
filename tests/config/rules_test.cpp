// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "parsed.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace offload {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::parsed;
using testing::refused;
using testing::sections;

/// A file with a provider that has images, and this [checkpoint].
sections with_checkpoint(std::string const& build_inputs) {
  return {.provider = "[provider]\ntype = \"modal\"\n",
          .rest = "[checkpoint]\nbuild_inputs = " + build_inputs + "\n"};
}

sections with_output_dir(std::string const& output_dir) {
  return {.rest = "[report]\noutput_dir = \"" + output_dir + "\"\n"};
}

TEST(ConfigRules, OneOfTheRootsIsSet) {
  auto const e = refused({.offload = "[offload]\n"});

  EXPECT_THAT(e.message, AllOf(HasSubstr("sandbox_project_root"), HasSubstr("sandbox_repo_root")));
  EXPECT_THAT(e.hint, HasSubstr("sandbox_repo_root = \".\""));
}

TEST(ConfigRules, ThereIsAGroup) {
  auto const e = refused({.groups = "[groups]\n"});

  EXPECT_EQ(e.message, "offload.toml:7:2: [groups] must have at least one group");
  EXPECT_THAT(e.hint, HasSubstr("[groups.all]"));
}

TEST(ConfigRules, DiscoverCommandHasAPlaceForFilters) {
  auto const e = refused({.framework = "[framework]\ntype = \"default\"\n"
                                       "discover_command = \"./list.sh\"\nrun_command = \"r\"\n"
                                       "test_id_format = \"{name}\"\n"});

  EXPECT_EQ(e.message,
            "offload.toml:7:1: [framework] key `discover_command`: must contain "
            "{filters}, got `./list.sh`");
}

TEST(ConfigRules, AStreamOfResultsComesWithoutAResultFile) {
  auto const with = [](std::string const& keys) {
    return refused({.framework = "[framework]\ntype = \"default\"\ntest_id_format = \"{name}\"\n"
                                 "discover_command = \"{filters}\"\n" +
                                 keys + "result_format = \"tap\"\n"});
  };
  std::string const either = "either on standard output, in this format, or in a result file";

  EXPECT_THAT(with("run_command = \"x {tests} {result_file}\"\n").message, HasSubstr(either));
  EXPECT_THAT(with("run_command = \"x {tests}\"\nresult_file = \"o.xml\"\n").message,
              HasSubstr(either));
  EXPECT_THAT(with("run_command = \"x\"\n").message, HasSubstr("must contain {tests}, got `x`"));
}

TEST(ConfigRules, FiltersAreWellQuoted) {
  auto const e = refused({.groups = "[groups.\"a.b\"]\nfilters = \"-k 'x\"\n"});

  EXPECT_EQ(e.message,
            "offload.toml:8:1: [groups.a.b] key `filters`: `-k 'x` is badly quoted: a "
            "single quote (') is not closed");
}

TEST(ConfigRules, ACheckpointHasInputs) {
  EXPECT_THAT(refused(with_checkpoint("[]")).message, HasSubstr("build_inputs"));
  EXPECT_THAT(
      refused({.provider = "[provider]\ntype = \"modal\"\n", .rest = "[checkpoint]\n"}).message,
      HasSubstr("build_inputs"));
}

TEST(ConfigRules, TheLocalProviderHasNoCheckpoint) {
  auto const e = refused({.rest = "[checkpoint]\nbuild_inputs = [\"Dockerfile\"]\n"});

  EXPECT_THAT(e.message, HasSubstr("local provider"));
}

TEST(ConfigRules, NoInputIsNamedTwice) {
  EXPECT_THAT(refused(with_checkpoint("[\"a\", \"a\"]")).message, HasSubstr("Duplicate path `a`"));
  EXPECT_THAT(refused(with_checkpoint("[\"d/a\", \"./d/./a\"]")).message,
              HasSubstr("Duplicate path `./d/./a`"));
}

TEST(ConfigRules, InputsAreComparedWithoutResolvingThem) {
  auto const c = parsed(with_checkpoint("[\"a\", \"b/../a\", \"*\", \"a/\"]"));

  EXPECT_EQ(c.checkpoint.value().build_inputs.size(), 4u);
}

TEST(ConfigRules, OutputDirIsAFolderOfItsOwn) {
  for (auto const* const folder :
       {".", "./", "x/..", "..", "/", "/home/dev", "/home/dev/project/", "../../dev/project"}) {
    auto const e = refused(with_output_dir(folder));

    EXPECT_THAT(e.message, HasSubstr("offload.toml:9:1: [report] key `output_dir`: ")) << folder;
    EXPECT_THAT(e.hint, HasSubstr("output_dir = \"test-results\"")) << folder;
  }
}

TEST(ConfigRules, OutputDirMayBeElsewhere) {
  for (auto const* const folder :
       {"out", "./out/x", "../out", "/tmp/out", "/home/dev/project2", "..x"}) {
    EXPECT_EQ(parsed(with_output_dir(folder)).report.output_dir, folder);
  }
}

}  // namespace
}  // namespace offload
