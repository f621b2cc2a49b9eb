// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors

// What the orchestrator itself costs: a run of many tests that do nothing, through a framework and
// a provider that cost next to nothing. Prints one JSON object; see run.py.
#include <offload/report/event_reader.hpp>
#include <offload/report/event_stream.hpp>
#include <offload/report/junit_reporter.hpp>
#include <offload/report/log_files.hpp>
#include <offload/report/optional.hpp>
#include <offload/report/output_directory.hpp>
#include <offload/report/trace_reporter.hpp>
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
#include <string_view>
#include <utility>
#include <variant>

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

/// What a run reports: nothing, JUnit report and logs, events or a trace.
struct bench_reporters {
  optional_reporter<junit_reporter> junit{};
  optional_reporter<log_files> logs{};
  optional_reporter<event_stream> events{};
  optional_reporter<trace_reporter> trace{};
};

bench_reporters reporters_for(output_directory const& output, std::string_view what) {
  run_clock const clock;
  bench_reporters made;
  if (what == "events") {
    made.events = optional_reporter{
        event_stream{*line_output::to_file(output.path() / "events.jsonl"), {.clock = clock}}};
  } else if (what == "trace") {
    made.trace = optional_reporter{
        trace_reporter{*line_output::to_file(output.path() / "trace.json"), clock}};
  } else {
    made.junit = optional_reporter{junit_reporter{{output.path(), "junit.xml", "null"}}};
    made.logs = optional_reporter{log_files{output.path()}};
  }
  return made;
}

/// Processor time to make JUnit report and logs from the events again.
double replay_seconds(output_directory const& output, std::size_t tests) {
  auto const before = cpu_seconds_of_this_thread();
  std::ifstream from{output.path() / "events.jsonl"};
  auto const header = read_run_header(from);
  auto made = reporters_for(output, "junit and logs");
  auto const run = replay(from, *header, [&](run_event const& event) {
    made.junit.on(event);
    made.logs.on(event);
  });
  auto const took = cpu_seconds_of_this_thread() - before;
  return !run.damage && run.outcome.tests.size() == tests ? took : -1;
}

int measure(std::size_t tests, std::size_t slots, char const* output_dir, std::string_view what) {
  std::optional<output_directory> output;
  bench_reporters made;
  if (output_dir != nullptr) {
    auto prepared = output_directory::prepare(output_dir);
    if (!prepared) {
      fmt::print(stderr, "{}\n", to_string(prepared.error()));
      return 1;
    }
    output = std::move(*prepared);
    made = reporters_for(*output, what);
  }
  runner everything{null_provider{},       null_framework{tests}, constrained<pull_scheduler>{},
                    std::move(made.junit), std::move(made.logs),  std::move(made.events),
                    std::move(made.trace)};
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
  if (what == "events") {
    fmt::print("{{\"replay_s\": {:.6f}, \"cpu_s\": {:.6f}}}\n", replay_seconds(*output, tests),
               cpu);
    return 0;
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
  if (argc < 3 || argc > 5) {
    fmt::print(stderr, "usage: orchestrator TESTS SLOTS [OUTPUT_DIR [reports|events|trace]]\n");
    return 1;
  }
  return offload::bench::measure(std::strtoul(argv[1], nullptr, 10),
                                 std::strtoul(argv[2], nullptr, 10), argc > 3 ? argv[3] : nullptr,
                                 argc > 4 ? argv[4] : "reports");
}
