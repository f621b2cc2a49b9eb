// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors

// The costs of single parts, each per item.
#include <offload/framework/json_seq.hpp>
#include <offload/framework/pytest.hpp>
#include <offload/process/child_process.hpp>
#include <offload/process/marked_processes.hpp>
#include <offload/report/junit_writer.hpp>
#include <offload/runner/ledger.hpp>
#include <offload/scheduler/pull.hpp>

#include <benchmark/benchmark.h>
#include <fmt/core.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <queue>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "logs/digest_text.hpp"

namespace offload::bench {
namespace {

struct made_up_suite {
  std::vector<std::string> files;
  std::vector<work_item> items;
};

/// Tests in files of 20, with durations as real suites have them: most short, a few very long.
made_up_suite suite_of(std::size_t tests, bool durations_known) {
  std::mt19937 random{1};
  std::lognormal_distribution<> duration{-2.0, 1.5};
  made_up_suite suite;
  for (std::size_t i = 0; i < tests; i += 20) {
    suite.files.push_back(fmt::format("tests/test_{}.py", i / 20));
  }
  for (std::size_t i = 0; i < tests; ++i) {
    auto const took = seconds{std::min(60.0, duration(random))};
    suite.items.push_back({.test = {static_cast<std::uint32_t>(i)},
                           .file = suite.files[i / 20],
                           .expected = durations_known ? std::optional{took} : std::nullopt,
                           .id_bytes = 40});
  }
  return suite;
}

/// A whole run in virtual time: the slot that is free first asks next.
void pull_scheduler_simulated(benchmark::State& state) {
  auto const tests = static_cast<std::size_t>(state.range(0));
  auto const slots = static_cast<std::size_t>(state.range(1));
  auto const real = suite_of(tests, true);
  auto const seen = suite_of(tests, state.range(2) != 0);
  std::size_t batches = 0;
  double makespan = 0;
  for (auto _ : state) {
    pull_scheduler scheduler;
    scheduler.open(seen.items, {.slots = slots});
    using free_slot = std::pair<double, std::uint32_t>;
    std::priority_queue<free_slot, std::vector<free_slot>, std::greater<>> free;
    for (std::uint32_t i = 0; i < slots; ++i) { free.emplace(0.0, i); }
    batches = 0;
    makespan = 0;
    while (scheduler.waiting() > 0) {
      auto [now, slot] = free.top();
      free.pop();
      for (auto const test : scheduler.next({slot})) {
        now += real.items[test.value].expected->count();
      }
      makespan = std::max(makespan, now);
      free.emplace(now, slot);
      ++batches;
    }
  }
  double sum = 0;
  double longest = 0;
  for (auto const& item : real.items) {
    sum += item.expected->count();
    longest = std::max(longest, item.expected->count());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.counters["batches"] = static_cast<double>(batches);
  state.counters["makespan/bound"] = makespan / std::max(longest, sum / static_cast<double>(slots));
}
BENCHMARK(pull_scheduler_simulated)
    ->ArgNames({"tests", "slots", "durations"})
    ->Args({10'000, 40, 0})
    ->Args({10'000, 40, 1})
    ->Args({100'000, 1000, 0})
    ->Args({100'000, 1000, 1})
    ->Unit(benchmark::kMillisecond);

/// Items are events: two a test, and the opening and closing of a batch of 20.
void ledger_events(benchmark::State& state) {
  constexpr std::uint32_t tests = 10'000;
  std::vector<test_case> cases;
  for (std::uint32_t i = 0; i < tests; ++i) {
    cases.push_back({.id = {fmt::format("tests/unit/test_module.py::test_case_number_{}", i)}});
  }
  sandbox_id const sandbox{"local-00000000-000"};
  for (auto _ : state) {
    ledger account{cases, seconds{900}};
    std::vector<test_index> some;
    for (std::uint32_t first = 0; first < tests; first += 20) {
      some.clear();
      for (std::uint32_t i = first; i < first + 20; ++i) { some.push_back({i}); }
      batch_id const id{first / 20};
      auto const given = account.assign(id, some, sandbox);
      for (auto const& test : given.tests) {
        benchmark::DoNotOptimize(account.started(id, test, {}));
        benchmark::DoNotOptimize(account.finished(id, {.id = test}, {}));
      }
      benchmark::DoNotOptimize(account.close(id, {}, {}));
    }
    if (account.undecided() != 0) { state.SkipWithError("tests are undecided"); }
  }
  state.SetItemsProcessed(state.iterations() * (tests * 2 + tests / 20 * 2));
}
BENCHMARK(ledger_events)->Unit(benchmark::kMillisecond);

/// What the worker writes for so many tests.
std::string worker_output(std::size_t tests) {
  std::string text;
  for (std::size_t i = 0; i < tests; ++i) {
    auto const id = fmt::format("tests/unit/test_module_{:04}.py::test_case_number_{}", i / 50, i);
    text += fmt::format("\x1e{{\"batch\":7,\"id\":\"{}\",\"event\":\"started\"}}\n", id);
    text += fmt::format(
        "\x1e{{\"file\":\"tests/unit/test_module_{:04}.py\",\"line\":{},\"batch\":7,\"id\":\"{}\","
        "\"outcome\":\"passed\",\"seconds\":0.000123,\"event\":\"finished\"}}\n",
        i / 50, i, id);
  }
  return text;
}

constexpr std::size_t tests_read = 1000;
constexpr std::size_t pipe_read = 64 * 1024;

void json_seq_split(benchmark::State& state) {
  auto const text = worker_output(tests_read);
  for (auto _ : state) {
    json_seq_splitter splitter;
    std::size_t bytes = 0;
    for (std::size_t at = 0; at < text.size(); at += pipe_read) {
      splitter.feed(
          std::string_view{text}.substr(at, pipe_read),
          [&](std::string_view record) { bytes += record.size(); }, [](std::string_view) {});
    }
    benchmark::DoNotOptimize(bytes);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(json_seq_split);

/// Items are tests: two events each.
void pytest_reader_events(benchmark::State& state) {
  auto const text = worker_output(tests_read);
  std::size_t events = 0;
  framework_event_sink const count = [&](framework_event const&) { ++events; };
  for (auto _ : state) {
    auto reader = pytest_reader();
    for (std::size_t at = 0; at < text.size(); at += pipe_read) {
      reader.feed(stream::out, std::string_view{text}.substr(at, pipe_read), count);
    }
  }
  if (events != static_cast<std::size_t>(state.iterations()) * tests_read * 2) {
    state.SkipWithError("events are missing");
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(tests_read));
}
BENCHMARK(pytest_reader_events)->Unit(benchmark::kMillisecond);

/// A report of so many tests, each in a batch of 100; one of a hundred failed, for one of 5
/// reasons.
std::string report_of(std::size_t tests) {
  std::string xml = "<testsuites>";
  for (std::size_t i = 0; i < tests; i += 100) {
    junit_suite suite;
    for (std::size_t k = i; k < i + 100; ++k) {
      test_report report{.id = {fmt::format("tests/test_{}.py::test_number_{}", i / 100, k)},
                         .duration = seconds{0.001}};
      if (k % 100 == 7) {
        report.ended = outcome::failed;
        report.message = fmt::format("KeyError: {}", k % 500);
        report.text = fmt::format(
            "def test_number_{}():\n>   f()\n\nE   KeyError: {}\n\nshop_{}.py:9: "
            "KeyError\n{}",
            k, k, k / 100 % 5, std::string(800, 'x'));
      }
      suite.add({.report = std::move(report)});
    }
    xml += suite.line(
        {.name = "pytest", .hostname = "local-0", .id = static_cast<std::uint32_t>(i / 100)});
  }
  return xml + "</testsuites>";
}

/// What `offload logs --budget 4000` does with a report in memory. Items are tests.
void logs_within_a_budget(benchmark::State& state) {
  auto const tests = static_cast<std::size_t>(state.range(0));
  auto const xml = report_of(tests);
  std::size_t causes = 0;
  for (auto _ : state) {
    auto const log = log_of(record_of_junit(xml), {.failures = true});
    auto const digest = digest_of(log);
    causes = digest.causes.size();
    auto const text = text_within(4000, digest, {}, "offload logs");
    if (log.counts.tests() != tests || text.size() > 4000) { state.SkipWithError("wrong"); }
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.counters["causes"] = static_cast<double>(causes);
}
BENCHMARK(logs_within_a_budget)->Arg(100'000)->Unit(benchmark::kMillisecond);

/// The causes of failures alone. Items are failures.
void causes_of_failures(benchmark::State& state) {
  auto const count = static_cast<std::size_t>(state.range(0));
  std::vector<std::string> names, messages;
  for (std::size_t i = 0; i < count; ++i) {
    names.push_back(fmt::format("tests/test_a.py::test_number_{}", i));
    messages.push_back(fmt::format("no user {} in table {:c}", i, static_cast<char>('a' + i % 7)));
  }
  std::string const text =
      "def f():\n>   g()\nE   no user\n\nshop.py:9: KeyError\n" + std::string(400, 'x');
  std::vector<bad_result> results;
  for (std::size_t i = 0; i < count; ++i) { results.push_back({names[i], messages[i], text}); }
  for (auto _ : state) {
    if (causes_of(results).size() != 7) { state.SkipWithError("wrong causes"); }
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(causes_of_failures)->Arg(10'000)->Arg(100'000)->Unit(benchmark::kMillisecond);

void child_process_starts(benchmark::State& state) {
  for (auto _ : state) {
    auto const ended = run_process({"/bin/true"}, {});
    if (!ended || !ended->status.ok()) { state.SkipWithError("cannot run /bin/true"); }
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(child_process_starts)->UseRealTime()->Unit(benchmark::kMicrosecond);

/// The same without pipes, process group and anything else: what the system itself takes.
void bare_posix_spawn_starts(benchmark::State& state) {
  std::string program = "/bin/true";
  char* const argv[] = {program.data(), nullptr};
  for (auto _ : state) {
    pid_t pid = -1;
    int status = -1;
    if (::posix_spawn(&pid, program.c_str(), nullptr, nullptr, argv, environ) != 0 ||
        ::waitpid(pid, &status, 0) != pid || status != 0) {
      state.SkipWithError("cannot run /bin/true");
    }
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(bare_posix_spawn_starts)->UseRealTime()->Unit(benchmark::kMicrosecond);

/// Looking through all processes of the machine for those that a sandbox has left behind.
void marked_processes_search(benchmark::State& state) {
  std::size_t found = 0;
  for (auto _ : state) { found += end_processes_of_sandboxes("no-such-sandbox"); }
  if (found != 0) { state.SkipWithError("found what is not there"); }
}
BENCHMARK(marked_processes_search)->UseRealTime()->Unit(benchmark::kMicrosecond);

/// Items are cases, in suites of 20.
void junit_writer_cases(benchmark::State& state) {
  auto const file = std::filesystem::temp_directory_path() /
                    fmt::format("offload-bench-{}.xml", static_cast<long>(::getpid()));
  constexpr int suites = 100;
  attempt one{};
  one.report = {.id = {"tests/unit/test_module.py::test_case_number_1"},
                .duration = seconds{0.001},
                .place = {"tests/unit/test_module.py", 7}};
  for (auto _ : state) {
    junit_writer writer{file};
    for (int i = 0; i < suites; ++i) {
      junit_suite suite;
      for (int j = 0; j < 20; ++j) { suite.add(one); }
      writer.append(suite, {.name = "pytest"});
    }
    if (writer.failure()) { state.SkipWithError("cannot write"); }
  }
  std::filesystem::remove(file);
  state.SetItemsProcessed(state.iterations() * suites * 20);
}
BENCHMARK(junit_writer_cases)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace offload::bench
