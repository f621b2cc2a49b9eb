// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/checkpoint.hpp>
#include <offload/config/framework.hpp>
#include <offload/config/group.hpp>
#include <offload/config/history.hpp>
#include <offload/config/provider.hpp>
#include <offload/config/report.hpp>
#include <offload/config/run.hpp>

#include <optional>
#include <string>
#include <vector>

namespace offload {

/// All of offload.toml, with defaults filled in.
struct config {
  run_config run;
  provider_config provider;
  framework_config framework;
  std::vector<group> groups;  ///< in the order of the file; never empty after loading
  report_config report;
  std::optional<checkpoint_config> checkpoint;
  std::optional<history_config> history;

  bool operator==(config const&) const = default;
};

/// The settings and groups as `offload validate` lists them.
[[nodiscard]] std::string describe(config const& c);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/config/describe-inl.hpp>
#endif
