// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "parsed.hpp"

#include <gtest/gtest.h>

namespace offload {
namespace {

using testing::parsed;
using testing::sections;

TEST(Describe, ListsSettingsAndGroups) {
  auto const c = parsed({.groups = "[groups.fast]\nretry_count = 2\n[groups.\"slow ones\"]\n"});

  EXPECT_EQ(describe(c),
            "Settings:\n"
            "  Max parallel: 10\n"
            "  Test timeout: 900s\n"
            "  Provider: local\n"
            "  Framework: pytest\n"
            "\n"
            "Groups:\n"
            "  fast: retry_count = 2\n"
            "  slow ones: retry_count = 0\n");
}

TEST(Describe, ShowsTheCommandThatInitialisesSandboxes) {
  auto c = parsed({});
  c.run.sandbox_init_cmd = "make deps";

  EXPECT_NE(describe(c).find("  Sandbox init cmd: make deps\n"), std::string::npos);
}

TEST(Describe, NamesTypesAsTheFileDoes) {
  config c;
  c.provider = shell_provider_config{};
  c.framework = command_framework_config{};

  EXPECT_NE(describe(c).find("  Provider: default\n  Framework: default\n"), std::string::npos);
}

}  // namespace
}  // namespace offload
