// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/run_event.hpp>
#include <offload/runner/settings.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace offload {

/// What is left of a run when it is over.
struct run_outcome {
  std::vector<test_record> tests{};
  std::vector<sandbox_use> sandboxes{};
  run_end ended = run_end::complete;
  std::string why_stopped{};
  seconds discovery{};
  seconds duration{};
  seconds first_test{};
  std::optional<cost_estimate> cost{};

  [[nodiscard]] run_summary summary() const {
    return {tests, sandboxes, ended, why_stopped, discovery, duration, first_test, cost};
  }
};

/// Why the run is not to go on when so many tests have failed; nothing when it is. The project may
/// have a limit of its own; 0 is none.
[[nodiscard]] std::optional<std::string> why_stop_early(fail_fast wanted,
                                                        std::optional<unsigned> limit_of_project,
                                                        std::size_t failed);

/// What the command exits with: 0 when every test has passed or was skipped, `when_flaky` when some
/// were flaky and none failed, 1 when one failed or was not run.
[[nodiscard]] int exit_code(run_summary const& summary, int when_flaky = 2);

}  // namespace offload
