// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors

// What the orchestrator itself costs: a run of many tests that do nothing, through a framework and
// a provider that cost next to nothing. Prints one JSON object; see run.py.
#include <offload/report/junit_reporter.hpp>
#include <offload/report/log_files.hpp>
#include <offload/report/optional.hpp>
#include <offload/report/output_directory.hpp>
#include <offload/runner/runner.hpp>
#include <offload/scheduler/constrained.hpp>
#include <offload/scheduler/pull.hpp>

#include <fmt/core.h>
#include <sys/resource.h>
#include <time.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <string>
#include <utility>

#include "null_policies.hpp"

namespace offload::bench {
namespace {

double cpu_seconds() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  auto const in_seconds = [](timeval t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return in_seconds(used.ru_utime) + in_seconds(used.ru_stime);
}

double cpu_seconds_of_this_thread() {
  timespec used{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

/// Since this program began; what getrusage says includes the memory of whoever started it.
long peak_kib() {
  std::ifstream status{"/proc/self/status"};
  std::string word;
  while (status >> word) {
    long kib = 0;
    if (word == "VmHWM:" && status >> kib) { return kib; }
  }
  return 0;
}

int measure(std::size_t tests, std::size_t slots, char const* output_dir) {
  std::optional<output_directory> output;
  optional_reporter<junit_reporter> junit;
  optional_reporter<log_files> logs;
  if (output_dir != nullptr) {
    auto prepared = output_directory::prepare(output_dir);
    if (!prepared) {
      fmt::print(stderr, "{}\n", to_string(prepared.error()));
      return 1;
    }
    output = std::move(*prepared);
    junit = optional_reporter{junit_reporter{{output->path(), "junit.xml", "null"}}};
    logs = optional_reporter{log_files{output->path()}};
  }
  runner everything{null_provider{}, null_framework{tests}, constrained<pull_scheduler>{},
                    std::move(junit), std::move(logs)};
  run_settings const settings{.groups = {{.name = "all"}}, .max_parallel = slots};

  auto const cpu_before = cpu_seconds();
  auto const thread_before = cpu_seconds_of_this_thread();
  auto const began = steady_clock::now();
  auto const outcome = everything.run(settings);
  seconds const wall = steady_clock::now() - began;
  auto const dispatcher = cpu_seconds_of_this_thread() - thread_before;
  auto const cpu = cpu_seconds() - cpu_before;

  if (!outcome || exit_code(outcome->summary()) != 0 || outcome->tests.size() != tests) {
    fmt::print(stderr, "wrong verdict: {}\n",
               outcome ? "a test did not pass" : to_string(outcome.error()));
    return 1;
  }
  fmt::print(
      "{{\"wall_s\": {:.6f}, \"cpu_s\": {:.6f}, \"dispatcher_s\": {:.6f}, "
      "\"peak_kib\": {}}}\n",
      wall.count(), cpu, dispatcher, peak_kib());
  return 0;
}

}  // namespace
}  // namespace offload::bench

int main(int argc, char** argv) {
  if (argc != 3 && argc != 4) {
    fmt::print(stderr, "usage: orchestrator TESTS SLOTS [OUTPUT_DIR]\n");
    return 1;
  }
  return offload::bench::measure(std::strtoul(argv[1], nullptr, 10),
                                 std::strtoul(argv[2], nullptr, 10), argc == 4 ? argv[3] : nullptr);
}
