// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/runner/outcome.hpp>

namespace offload {

int exit_code(run_summary const& summary) {
  bool flaky = false;
  for (auto const& record : summary.tests) {
    if (record.ended == verdict::failed || record.ended == verdict::not_run) { return 1; }
    flaky = flaky || record.ended == verdict::flaky;
  }
  return flaky ? 2 : 0;
}

}  // namespace offload
