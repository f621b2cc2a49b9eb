// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/config/framework.hpp>
#include <offload/config/kinds.hpp>
#include <offload/config/provider.hpp>

#include <gtest/gtest.h>

namespace offload {
namespace {

TEST(ProviderKind, IsFoundByItsName) {
  for (auto const kind : all_provider_kinds) {
    EXPECT_EQ(provider_kind_named(to_string(kind)), kind);
  }
}

TEST(FrameworkKind, IsFoundByItsName) {
  for (auto const kind : all_framework_kinds) {
    EXPECT_EQ(framework_kind_named(to_string(kind)), kind);
  }
}

TEST(FrameworkKind, CallsNextestCargoToo) {
  EXPECT_EQ(framework_kind_named("cargo"), framework_kind::nextest);
}

TEST(FrameworkKind, AdvisesTheNearestName) {
  auto const unknown = framework_kind_named("vitests");

  ASSERT_FALSE(unknown);
  EXPECT_EQ(
      unknown.error().message,
      "unknown framework `vitests`, expected one of: pytest, nextest, vitest, ctest, default");
  EXPECT_EQ(unknown.error().hint, "Did you mean `vitest`?");
}

TEST(FrameworkKind, AdvisesNothingForAnUnlikelyName) {
  EXPECT_EQ(framework_kind_named("junit").error().hint, "");
}

TEST(KindOf, FollowsTheAlternative) {
  EXPECT_EQ(kind_of(local_provider_config{}), provider_kind::local);
  EXPECT_EQ(kind_of(shell_provider_config{}), provider_kind::shell);
  EXPECT_EQ(kind_of(modal_provider_config{}), provider_kind::modal);
  EXPECT_EQ(kind_of(pytest_config{}), framework_kind::pytest);
  EXPECT_EQ(kind_of(nextest_config{}), framework_kind::nextest);
  EXPECT_EQ(kind_of(vitest_config{}), framework_kind::vitest);
  EXPECT_EQ(kind_of(ctest_config{}), framework_kind::ctest);
  EXPECT_EQ(kind_of(command_framework_config{}), framework_kind::command);
}

}  // namespace
}  // namespace offload
