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

/// Reads the events of the bundled pytest plugin (src/framework/offload_pytest.py). `groups` are as
/// for `plugin_reader`.
[[nodiscard]] plugin_reader pytest_reader(std::vector<std::size_t> groups = {});

/// pytest with a plugin that uses exact ids, streams events and keeps the process as a worker.
///
/// One command lists all groups whose filters are `-m` and `-k` expressions, or in
/// `discovery_args`. It can then become the first worker. Groups with other filters have their own
/// listing commands.
class pytest_framework {
 public:
  static constexpr std::string_view name = "pytest";

  explicit pytest_framework(pytest_config config) : config_{std::move(config)} {}

  [[nodiscard]] result<std::vector<discovery_job>> discovery(std::span<group const> groups,
                                                             run_context const& context) const;
  [[nodiscard]] plugin_reader discovery_reader(discovery_job const& job) const {
    return pytest_reader(job.groups);
  }
  [[nodiscard]] result<command> run(batch const& tests, run_context const& context) const;
  [[nodiscard]] plugin_reader reader(batch const&) const { return pytest_reader(); }

  [[nodiscard]] result<command> worker(run_context const& context) const;
  [[nodiscard]] plugin_reader worker_reader() const { return pytest_reader(); }
  [[nodiscard]] std::string ask(batch const& tests) const;
  [[nodiscard]] std::string ask_nothing() const;

  [[nodiscard]] framework_properties properties() const;

 private:
  [[nodiscard]] command plugged(run_context const& context,
                                std::vector<std::string> const& args) const;

  pytest_config config_;
};
static_assert(WorkerFramework<pytest_framework>);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/framework/pytest-inl.hpp>
#endif
