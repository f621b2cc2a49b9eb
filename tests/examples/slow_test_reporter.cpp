// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/offload.hpp>

/// Prints every attempt that took long, and at the end how many there were.
struct slow_test_reporter {
  offload::seconds limit{1};
  unsigned slow = 0;

  void on(offload::attempt_ended const& event, offload::time_point) {
    auto const& report = event.what.report;
    if (report.duration < limit) { return; }
    ++slow;
    fmt::print("{:5.1f} s  {}\n", report.duration.count(), report.id.value);
  }
  void on(offload::run_ended const& event, offload::time_point) {
    fmt::print("{} of {} tests are slow\n", slow, event.summary.tests.size());
  }
};
static_assert(offload::Reporter<slow_test_reporter>);

int main() {
  offload::stop_signals const signals;
  offload::runner timed{offload::local_provider{}, offload::pytest_framework{{}},
                        offload::pull_scheduler{},
                        slow_test_reporter{.limit = offload::seconds{0.2}}};
  auto const outcome = timed.run({.groups = {{.name = "all"}}}, signals.token());
  if (!outcome) {
    fmt::print(stderr, "Error: {}\n", offload::to_string(outcome.error()));
    return 1;
  }
  return offload::exit_code(outcome->summary());
}
