// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/offload.hpp>

/// Prints every attempt that took long.
struct slow_test_reporter {
  offload::seconds limit{1};

  void on(offload::attempt_ended const& event, offload::time_point) const {
    auto const& report = event.what.report;
    if (report.duration < limit) { return; }
    fmt::print("{:5.1f} s  {}\n", report.duration.count(), report.id.value);
  }
  void on(offload::run_ended const&, offload::time_point) const {}
};
static_assert(offload::Reporter<slow_test_reporter>);

int main() {
  offload::stop_signals const signals;
  offload::runner timed{offload::local_provider{}, offload::pytest_framework{{}},
                        offload::pull_scheduler{}, slow_test_reporter{offload::seconds{0.2}},
                        offload::summary_reporter{}};
  auto const outcome = timed.run({.groups = {{.name = "all"}}}, signals.token());
  if (!outcome) { fmt::print(stderr, "Error: {}\n", offload::to_string(outcome.error())); }
  return outcome ? offload::exit_code(outcome->summary()) : 1;
}
