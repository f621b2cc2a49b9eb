// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/runner/outcome.hpp>

#include <offload/core/inline.hpp>

#include <fmt/core.h>

namespace offload {

OFFLOAD_INLINE std::optional<std::string> why_stop_early(fail_fast wanted,
                                                         std::optional<unsigned> limit_of_project,
                                                         std::size_t failed) {
  bool const at_first = wanted == fail_fast::on;
  auto const limit = at_first ? 1 : limit_of_project.value_or(0);
  if (limit == 0 || failed < limit) { return std::nullopt; }
  return fmt::format("stopped early: {} failed ({})",
                     limit == 1 ? "a test has" : fmt::format("{} tests have", limit),
                     at_first ? "--fail-fast" : "the project's own limit");
}

OFFLOAD_INLINE std::string why_undecided(std::string const& why_stopped,
                                         std::optional<error> const& last_sandbox_error) {
  if (!why_stopped.empty()) { return why_stopped; }
  if (!last_sandbox_error) { return "no sandbox was left"; }
  return fmt::format("no sandbox was left: {}", last_sandbox_error->message);
}

OFFLOAD_INLINE std::string why_stalled(std::size_t undecided) {
  return fmt::format("the scheduler hands out no test, and {} no verdict",
                     undecided == 1 ? "one test has" : fmt::format("{} tests have", undecided));
}

OFFLOAD_INLINE int exit_code(run_summary const& summary, int when_flaky) {
  bool flaky = false;
  for (auto const& record : summary.tests) {
    if (record.ended == verdict::failed || record.ended == verdict::not_run) { return 1; }
    flaky = flaky || record.ended == verdict::flaky;
  }
  return flaky ? when_flaky : 0;
}

}  // namespace offload
