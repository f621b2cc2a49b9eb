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

/// How to start a Node script of ours in the place of vitest.
struct vitest_launch {
  std::vector<std::string> before{};  ///< what has to stay in front, such as `env A=1`
  std::vector<std::string> node{};    ///< node, with its options
  std::string vitest{};               ///< the vitest that is named by a path; else the project's
  std::vector<std::string> args{};    ///< vitest's own, among the words of the command

  bool operator==(vitest_launch const&) const = default;
};

/// What the `command` of a configuration comes down to. `npx`, `npm exec`, `pnpm exec`, `yarn` and
/// `bunx` are left out, since they take longer to start than vitest does. An error when the command
/// does not name vitest.
[[nodiscard]] result<vitest_launch> vitest_launch_of(std::vector<std::string> const& command);

/// Reads the events of the bundled script (src/framework/offload_vitest.mjs). `groups` are as for
/// `plugin_reader`.
[[nodiscard]] plugin_reader vitest_reader(std::vector<std::size_t> groups = {});

/// vitest, through a script of ours that uses the Node API of the project's own vitest: it knows
/// exact ids, streams events and keeps vite's transformed files from batch to batch.
///
/// One command lists all groups whose filters the script can evaluate itself (names, files,
/// projects), and can go on as the first worker; otherwise each group is listed by a command of its
/// own, with its filters on the command line.
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
