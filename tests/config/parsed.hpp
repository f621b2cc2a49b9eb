// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/load.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Configurations for tests, without the environment and working directory of the test program.
namespace offload::testing {

/// One variable, SET, and the working directory /home/dev/project.
inline surroundings known_surroundings() {
  auto const variables = [](std::string_view name) {
    return name == "SET" ? std::optional<std::string>{"value"} : std::nullopt;
  };
  return {variables, "/home/dev/project"};
}

/// The sections of a small valid file; a test replaces the one that it is about.
struct sections {
  std::string offload = "[offload]\nsandbox_repo_root = \".\"\n";
  std::string provider = "[provider]\ntype = \"local\"\n";
  std::string framework = "[framework]\ntype = \"pytest\"\n";
  std::string groups = "[groups.all]\n";
  std::string rest{};

  [[nodiscard]] std::string text() const { return offload + provider + framework + groups + rest; }
};

inline result<loaded_config> parse(sections const& s) {
  return parse_config(s.text(), "offload.toml", known_surroundings());
}

inline config parsed(sections const& s) {
  auto loaded = parse(s);
  if (!loaded) {
    ADD_FAILURE() << to_string(loaded.error());
    return {};
  }
  EXPECT_TRUE(loaded->warnings.empty()) << to_string(loaded->warnings.front());
  return std::move(loaded->value);
}

inline error refused(sections const& s) {
  auto loaded = parse(s);
  if (!loaded) { return std::move(loaded.error()); }
  ADD_FAILURE() << "it loads";
  return {};
}

inline std::vector<std::string> warnings(sections const& s) {
  auto const loaded = parse(s);
  if (!loaded) {
    ADD_FAILURE() << to_string(loaded.error());
    return {};
  }
  std::vector<std::string> texts;
  for (auto const& warning : loaded->warnings) { texts.push_back(to_string(warning)); }
  return texts;
}

}  // namespace offload::testing
