// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "parsed.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace offload {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::sections;
using testing::warnings;

TEST(UnknownKeys, WarnWithTheirPathPlaceAndTheNearestKey) {
  EXPECT_THAT(
      warnings({.offload = "[offload]\nsandbox_repo_root = \".\"\n  max_paralel = 3\n"}),
      ElementsAre("Ignoring unrecognized config key: offload.max_paralel (offload.toml:3:3); did "
                  "you mean `max_parallel`?"));
}

TEST(UnknownKeys, WarnAtTheTop) {
  EXPECT_THAT(warnings({.rest = "[reports]\njunit = 3\n"}),
              ElementsAre("Ignoring unrecognized config key: reports (offload.toml:8:2); did you "
                          "mean `report`?"));
}

TEST(UnknownKeys, WarnInTheProvider) {
  EXPECT_THAT(warnings({.provider = "[provider]\ntype = \"local\"\nshel = \"sh\"\n"}),
              ElementsAre("Ignoring unrecognized config key: provider.shel (offload.toml:5:1); "
                          "did you mean `shell`?"));
}

TEST(UnknownKeys, WarnInTheFramework) {
  EXPECT_THAT(warnings({.framework = "[framework]\ntype = \"pytest\"\npython = \"python3\"\n"
                                     "extra_args = [\"-v\"]\n"}),
              ElementsAre("Ignoring unrecognized config key: framework.python (offload.toml:7:1)",
                          "Ignoring unrecognized config key: framework.extra_args "
                          "(offload.toml:8:1)"));
}

TEST(UnknownKeys, AreThoseOfAnotherTypeToo) {
  EXPECT_THAT(warnings({.framework = "[framework]\ntype = \"nextest\"\nbuild_dir = \"-v\"\n"}),
              ElementsAre("Ignoring unrecognized config key: framework.build_dir "
                          "(offload.toml:7:1)"));
}

TEST(UnknownKeys, WarnInEachGroup) {
  EXPECT_THAT(warnings({.groups = "[groups.a]\nfilter = \"\"\n[groups.b]\nretries = 1\n"}),
              ElementsAre("Ignoring unrecognized config key: groups.a.filter (offload.toml:8:1); "
                          "did you mean `filters`?",
                          "Ignoring unrecognized config key: groups.b.retries "
                          "(offload.toml:10:1)"));
}

TEST(UnknownKeys, WarnInTheOptionalSections) {
  EXPECT_THAT(warnings({.provider = "[provider]\ntype = \"modal\"\n",
                        .rest = "[report]\nfoo = 1\n[checkpoint]\nbuild_inputs = [\"a\"]\nbar = 1\n"
                                "[history]\nbaz = 1\n"}),
              ElementsAre("Ignoring unrecognized config key: report.foo (offload.toml:9:1)",
                          "Ignoring unrecognized config key: checkpoint.bar (offload.toml:12:1)",
                          "Ignoring unrecognized config key: history.baz (offload.toml:14:1)"));
}

TEST(UnknownKeys, SayInWhichSectionTheyBelong) {
  EXPECT_THAT(
      warnings({.offload = "[offload]\nsandbox_repo_root = \".\"\nretry_count = 3\n"}),
      ElementsAre("Ignoring unrecognized config key: offload.retry_count (offload.toml:3:1); it "
                  "is a key of [groups.NAME]"));
}

TEST(UnknownKeys, MayHaveAnyValue) {
  EXPECT_THAT(warnings({.rest = "[report]\nfoo = { bar = \"${UNSET}\" }\n"}),
              ElementsAre("Ignoring unrecognized config key: report.foo (offload.toml:9:1)"));
}

TEST(UnknownKeys, AreFineInTheEnvironment) {
  EXPECT_THAT(warnings({.provider = "[provider]\ntype = \"local\"\n[provider.env]\nANY = \"x\"\n"}),
              IsEmpty());
}

TEST(UnknownKeys, AreFineInExperimentalOptions) {
  EXPECT_THAT(warnings({.provider = "[provider]\ntype = \"modal\"\n"
                                    "experimental_options = { any = 1 }\n"}),
              IsEmpty());
}

// `offload init` of older versions wrote all of these.
TEST(EmptyValues, WarnAndMeanTheDefault) {
  sections const file{.provider = "[provider]\ntype = \"local\"\nshell = \"\"\n",
                      .rest = "[report]\noutput_dir = \"\"\njunit = false\njunit_file = \"\"\n"};

  EXPECT_THAT(warnings(file),
              ElementsAre("Ignoring empty config value: provider.shell (offload.toml:5:9); using "
                          "the default, `/bin/sh`",
                          "Ignoring empty config value: report.output_dir (offload.toml:10:14); "
                          "using the default, `test-results`",
                          "Ignoring empty config value: report.junit_file (offload.toml:12:14); "
                          "using the default, `junit.xml`"));
  auto const loaded = testing::parse(file);
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->value.provider, provider_config{local_provider_config{}});
  EXPECT_EQ(loaded->value.report, (report_config{.junit = false}));
}

TEST(EmptyValues, AreSeenBehindVariablesToo) {
  EXPECT_EQ(warnings({.rest = "[report]\noutput_dir = \"${UNSET:-}\"\n"}).size(), 1u);
}

TEST(EmptyValues, AreFineElsewhere) {
  EXPECT_THAT(warnings({.groups = "[groups.a]\nfilters = \"\"\n"}), IsEmpty());
}

}  // namespace
}  // namespace offload
