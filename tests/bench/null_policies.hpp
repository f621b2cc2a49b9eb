// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/framework/concept.hpp>
#include <offload/provider/concept.hpp>

#include <fmt/core.h>

#include <cstddef>
#include <deque>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Policies that cost as little as possible, so that what is left is the orchestrator's own cost.
/// There is no process: a worker echoes what it is asked, and the reader of its output turns each
/// test id into "started" and "finished".
namespace offload::bench {

/// A worker whose output is its input.
class null_execution {
 public:
  [[nodiscard]] result<command_progress> next(deadline, std::stop_token const&) {
    if (unread_.empty()) { return command_progress{command_ended{}}; }
    command_output some{stream::out, std::move(unread_.front())};
    unread_.pop_front();
    return command_progress{std::move(some)};
  }
  [[nodiscard]] result<void> write(std::string_view bytes) {
    if (!bytes.empty()) { unread_.emplace_back(bytes); }
    return {};
  }
  void close_input() {}
  exit_status terminate() { return {}; }

 private:
  std::deque<std::string> unread_;
};
static_assert(Execution<null_execution>);

class null_sandbox {
 public:
  static constexpr bool accepts_input = true;

  explicit null_sandbox(sandbox_id id) : id_{std::move(id)} {}
  [[nodiscard]] sandbox_id const& id() const { return id_; }
  [[nodiscard]] std::string files() const { return {}; }
  [[nodiscard]] result<null_execution> start(command const&, input) { return null_execution{}; }

 private:
  sandbox_id id_;
};

struct null_provider {
  static constexpr std::string_view name = "null";
  static constexpr bool shares_machine = true;

  [[nodiscard]] result<null_sandbox> create(sandbox_spec const& spec, std::stop_token const&) {
    return null_sandbox{{fmt::format("null-{:03}", spec.slot.value)}};
  }
};
static_assert(Provider<null_provider>);

/// Passes every test that a request names, one id a line. Asks what comes next before its last test
/// has ended, as the real worker does.
struct null_reader {
  void feed(stream, std::string_view bytes, framework_event_sink const& emit) {
    while (!bytes.empty()) {
      auto const end = bytes.find('\n');
      std::string id{bytes.substr(0, end)};
      bytes.remove_prefix(end + 1);
      emit(test_started{{id}});
      if (bytes.empty()) { emit(next_wanted{}); }
      emit(test_finished{{.id = {std::move(id)}, .duration = seconds{0.001}}});
    }
    emit(batch_done{});
  }
  void finish(exit_status, framework_event_sink const&) {}
};

/// Lists so many tests, 50 a file, with ids as long as pytest's.
struct null_listing_reader {
  std::size_t tests;

  void feed(stream, std::string_view, framework_event_sink const& emit) const {
    for (std::size_t i = 0; i < tests; ++i) {
      auto file = fmt::format("tests/unit/test_module_{:04}.py", i / 50);
      test_listed test{{fmt::format("{}::test_case_number_{}", file, i)}, {{}, 1}, {0}};
      test.place.file = std::move(file);
      emit(std::move(test));
    }
    emit(listing_done{});
  }
  void finish(exit_status, framework_event_sink const&) {}
};

struct null_framework {
  static constexpr std::string_view name = "null";
  std::size_t tests;

  [[nodiscard]] result<std::vector<discovery_job>> discovery(std::span<group const>,
                                                             run_context const&) const {
    return std::vector{discovery_job{{{"null"}}, "list\n", {0}, true, {}}};
  }
  [[nodiscard]] null_listing_reader discovery_reader(discovery_job const&) const { return {tests}; }
  [[nodiscard]] result<command> run(batch const&, run_context const&) const { return command{}; }
  [[nodiscard]] null_reader reader(batch const&) const { return {}; }
  [[nodiscard]] framework_properties properties() const { return {}; }

  [[nodiscard]] result<command> worker(run_context const&) const { return command{{"null"}}; }
  [[nodiscard]] null_reader worker_reader() const { return {}; }
  [[nodiscard]] std::string ask(batch const& tests_to_run) const {
    std::string request;
    for (auto const& id : tests_to_run.tests) {
      request += id.value;
      request += '\n';
    }
    return request;
  }
  [[nodiscard]] std::string ask_nothing() const { return {}; }
};
static_assert(WorkerFramework<null_framework>);

}  // namespace offload::bench
