// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/kinds.hpp>

#include <string>

namespace offload {

/// What `offload init` knows when it writes a configuration.
struct init_choices {
  provider_kind provider = provider_kind::local;
  framework_kind framework = framework_kind::pytest;
  std::string pytest_command = "python -m pytest";
  std::string ctest_build_dir = "build";
  std::string whole_test_command = "make test";  ///< of the `default` framework
  std::string dockerfile{};                      ///< of Modal's image; empty: none
};

/// A small commented offload.toml that loads without warnings and runs.
[[nodiscard]] std::string default_config_text(init_choices const& choices);

}  // namespace offload
