// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/runner/runner.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// A custom runner's policies, as a user writes them: each is right, and a mistake is made in one.
namespace offload::testing {

struct my_reader {
  void feed(stream, std::string_view, framework_event_sink const&) {}
  void finish(exit_status, framework_event_sink const&) {}
};

struct my_framework {
  static constexpr std::string_view name = "mine";
  result<std::vector<discovery_job>> discovery(std::span<group const>, run_context const&) const {
    return {};
  }
  my_reader discovery_reader(discovery_job const&) const { return {}; }
  result<command> run(batch const&, run_context const&) const { return command{}; }
  my_reader reader(batch const&) const { return {}; }
  framework_properties properties() const { return {}; }
};

struct my_execution {
  result<command_progress> next(deadline, std::stop_token) { return command_progress{}; }
  result<void> write(std::string_view) { return {}; }
  void close_input() {}
  exit_status terminate() { return {}; }
};

struct my_sandbox {
  sandbox_id id() const { return {}; }
  std::string files() const { return {}; }
  result<my_execution> start(command const&, input) { return my_execution{}; }
};

struct my_provider {
  static constexpr std::string_view name = "mine";
  result<my_sandbox> create(sandbox_spec const&, std::stop_token) { return my_sandbox{}; }
};

struct my_reporter {
  void on(run_event const&) {}
};

struct my_scheduler {
  void open(std::span<work_item const>, schedule_limits const&) {}
  std::vector<test_index> next(slot_id) { return {}; }
  void again(test_index, slot_id, batching) {}
  std::size_t waiting() const { return 0; }
  void on(schedule_event const&) {}
};

}  // namespace offload::testing
