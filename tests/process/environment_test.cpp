// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/process/environment.hpp>

#include <gtest/gtest.h>

namespace offload {
namespace {

TEST(Environment, InheritsThisProcesss) {
  EXPECT_TRUE(environment::inherited().get("PATH").has_value());
}

TEST(Environment, ListsItsVariables) {
  environment env;
  env.set("B", "2");
  env.set("A", "x=y");
  env.set("C", "3");
  env.unset("C");

  EXPECT_EQ(env.entries(), (std::vector<std::string>{"A=x=y", "B=2"}));
}

TEST(Environment, PutsAFolderInFrontOfAList) {
  environment env;

  env.prepend("PYTHONPATH", "/b");
  env.prepend("PYTHONPATH", "/a");

  EXPECT_EQ(env.get("PYTHONPATH"), "/a:/b");
}

TEST(Environment, TakesWhatACommandAsksFor) {
  environment env;
  env.set("PATH", "/bin");

  env.apply({.argv = {"x"}, .env = {{"A", "1"}}, .search_paths = {{"PATH", "/venv/bin"}}});

  EXPECT_EQ(env.get("A"), "1");
  EXPECT_EQ(env.get("PATH"), "/venv/bin:/bin");
}

TEST(Environment, WithoutARepositoryHasNoneOfItsVariables) {
  setenv("GIT_DIR", "/somewhere", 1);
  setenv("GIT_AUTHOR_NAME", "somebody", 1);

  auto const env = environment::without_repository();

  EXPECT_EQ(environment::inherited().get("GIT_DIR"), "/somewhere");
  EXPECT_EQ(env.get("GIT_DIR"), std::nullopt);
  EXPECT_EQ(env.get("GIT_AUTHOR_NAME"), "somebody");
  unsetenv("GIT_DIR");
  unsetenv("GIT_AUTHOR_NAME");
}

}  // namespace
}  // namespace offload
