// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/offload.hpp>

/// Prints every attempt that took long.
struct slow_test_reporter {
  offload::seconds limit{1};

  void on(offload::run_event const& event) const {
    auto const* ended = std::get_if<offload::attempt_ended>(&event.what);
    if (ended == nullptr || ended->what.report.duration < limit) { return; }
    auto const& report = ended->what.report;
    fmt::print("{:5.1f} s  {}\n", report.duration.count(), report.id.value);
  }
};
static_assert(offload::Reporter<slow_test_reporter>);

int main() {
  offload::stop_signals const signals;
  offload::runner timed{offload::local_provider{}, offload::pytest_framework{{}},
                        slow_test_reporter{offload::seconds{0.2}}, offload::summary_reporter{}};
  auto const outcome = timed.run({.groups = {{.name = "all"}}}, signals.token());
  if (!outcome) { fmt::print(stderr, "Error: {}\n", offload::to_string(outcome.error())); }
  return outcome ? offload::exit_code(outcome->summary()) : 1;
}
