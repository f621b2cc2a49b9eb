// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/config/reference.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <tuple>

namespace offload {
namespace {

key_reference row(std::string_view section, std::string_view type, std::string_view name) {
  for (auto const& r : config_reference()) {
    if (r.section == section && r.type == type && r.name == name) { return r; }
  }
  ADD_FAILURE() << "no such key: " << name;
  return {};
}

TEST(ConfigReference, KnowsValuesAndDefaults) {
  EXPECT_EQ(row("offload", "", "max_parallel").value, "whole number");
  EXPECT_EQ(row("offload", "", "max_parallel").default_value, "10");
  EXPECT_EQ(row("offload", "", "test_timeout_secs").value, "seconds");
  EXPECT_EQ(row("offload", "", "test_timeout_secs").default_value, "900");
  EXPECT_EQ(row("offload", "", "sandbox_init_cmd").value, "shell command");
  EXPECT_EQ(row("provider", "modal", "cpu_cores").default_value, "0.125");
  EXPECT_EQ(row("framework", "pytest", "command").value, "command line");
  EXPECT_EQ(row("framework", "pytest", "command").default_value, "\"python -m pytest\"");
  EXPECT_EQ(row("report", "", "junit").default_value, "true");
}

TEST(ConfigReference, ListsChoices) {
  EXPECT_EQ(row("framework", "pytest", "worker_lifetime").value, "\"run\", \"batch\", \"test\"");
  EXPECT_EQ(row("framework", "pytest", "worker_lifetime").default_value, "\"run\"");
  EXPECT_EQ(row("provider", "", "type").value, "\"local\", \"default\", \"modal\"");
}

TEST(ConfigReference, HasNoDefaultWhereThereIsNone) {
  EXPECT_EQ(row("provider", "default", "create_command").default_value, "");
  EXPECT_EQ(row("provider", "modal", "memory_gb").default_value, "");
  EXPECT_EQ(row("offload", "", "sandbox_repo_root").default_value, "");
}

TEST(ConfigReference, ExplainsEveryKeyOnce) {
  std::set<std::tuple<std::string_view, std::string_view, std::string_view>> seen;
  for (auto const& r : config_reference()) {
    EXPECT_TRUE(r.meaning.ends_with('.')) << r.name;
    EXPECT_TRUE(seen.insert({r.section, r.type, r.name}).second) << r.name;
  }
}

}  // namespace
}  // namespace offload
