// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/kinds.hpp>

#include <string>

namespace offload {

/// How the `default` framework runs a project's tests.
enum class command_recipe {
  whole_command,  ///< all tests are one
  go,             ///< a test is a Go test
  jest,           ///< a test is a file; its exit status decides
  jest_junit,     ///< likewise, with the reporter jest-junit
};

/// The input for the configuration that `offload init` writes.
struct init_choices {
  provider_kind provider = provider_kind::local;
  framework_kind framework = framework_kind::pytest;
  std::string pytest_command = "python -m pytest";
  std::string vitest_command = "npx vitest";
  std::string jest_command = "npx jest";
  std::string ctest_build_dir = "build";
  command_recipe recipe = command_recipe::whole_command;  ///< of the `default` framework
  std::string whole_test_command = "make test";
  std::string dockerfile{};  ///< of Modal's image; empty: none
  std::string output_dir = "test-results";
};

/// A small commented offload.toml that loads without warnings and runs.
[[nodiscard]] std::string default_config_text(init_choices const& choices);

}  // namespace offload
