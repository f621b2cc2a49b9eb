// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/offload.hpp>

/// Expects tests with "slow" in their names to take ten seconds, and all others one.
struct name_estimator {
  void estimate(std::span<offload::test_case> tests) const {
    for (auto& test : tests) {
      bool const is_slow = test.id.value.find("slow") != std::string::npos;
      test.expected = offload::seconds{is_slow ? 10.0 : 1.0};
    }
  }
};
static_assert(offload::Estimator<name_estimator>);

int main() {
  offload::stop_signals const signals;
  offload::runner expecting{offload::local_provider{}, offload::pytest_framework{{}},
                            name_estimator{}, offload::summary_reporter{}};
  auto const outcome =
      expecting.run({.groups = {{.name = "all"}}, .max_parallel = 2}, signals.token());
  if (!outcome) { fmt::print(stderr, "Error: {}\n", offload::to_string(outcome.error())); }
  return outcome ? offload::exit_code(outcome->summary()) : 1;
}
