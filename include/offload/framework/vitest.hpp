// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/framework.hpp>
#include <offload/framework/concept.hpp>
#include <offload/framework/plugin_reader.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace offload {

/// How to start Offload's Node script instead of vitest.
struct vitest_launch {
  std::vector<std::string> before{};  ///< words before node, such as `env A=1`
  std::vector<std::string> node{};    ///< node, with its options
  std::string vitest{};               ///< the path of vitest; empty: the project's vitest
  std::vector<std::string> args{};    ///< vitest's arguments in the command

  bool operator==(vitest_launch const&) const = default;
};

/// Analyses the `command` of a configuration. It removes `npx`, `npm exec`, `pnpm exec`, `yarn` and
/// `bunx`, since they start more slowly than vitest. An error if the command does not name vitest.
[[nodiscard]] result<vitest_launch> vitest_launch_of(std::vector<std::string> const& command);

/// Reads the events of the bundled script (src/framework/offload_vitest.mjs). `groups` are as for
/// `plugin_reader`.
[[nodiscard]] plugin_reader vitest_reader(std::vector<std::size_t> groups = {});

/// vitest, through a script that uses the Node API of the project's own vitest. It uses exact ids,
/// streams events and keeps vite's transformed files between batches.
///
/// One command lists all groups if the script can evaluate their filters itself (names, files,
/// projects). It can then become the first worker. Otherwise each group has its own listing command
/// with its filters on the command line.
class vitest_framework {
 public:
  static constexpr std::string_view name = "vitest";

  explicit vitest_framework(vitest_config config) : config_{std::move(config)} {}

  [[nodiscard]] result<std::vector<discovery_job>> discovery(std::span<group const> groups,
                                                             run_context const& context) const;
  [[nodiscard]] plugin_reader discovery_reader(discovery_job const& job) const {
    return vitest_reader(job.groups);
  }
  [[nodiscard]] result<command> run(batch const& tests, run_context const& context) const;
  [[nodiscard]] plugin_reader reader(batch const&) const { return vitest_reader(); }

  [[nodiscard]] result<command> worker(run_context const& context) const;
  [[nodiscard]] plugin_reader worker_reader() const { return vitest_reader(); }
  [[nodiscard]] std::string ask(batch const& tests) const { return plugin_run_request(tests); }
  [[nodiscard]] std::string ask_nothing() const { return plugin_idle_request(); }

  [[nodiscard]] framework_properties properties() const;

 private:
  [[nodiscard]] result<command> scripted(run_context const& context,
                                         std::vector<std::string> const& args) const;

  vitest_config config_;
};
static_assert(WorkerFramework<vitest_framework>);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/framework/vitest-inl.hpp>
#endif
