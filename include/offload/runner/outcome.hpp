// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/run_event.hpp>
#include <offload/core/run_outcome.hpp>
#include <offload/runner/settings.hpp>

#include <cstddef>
#include <optional>
#include <string>

namespace offload {

/// Why the run stops early when this number of tests has failed; nothing when it goes on. The
/// project may have a limit of its own, where 0 means no limit.
[[nodiscard]] std::optional<std::string> why_stop_early(fail_fast wanted,
                                                        std::optional<unsigned> limit_of_project,
                                                        std::size_t failed);

/// Why tests are without a verdict when nothing runs any more.
[[nodiscard]] std::string why_undecided(std::string const& why_stopped,
                                        std::optional<error> const& last_sandbox_error);

/// Why the run stops although tests have no verdict: nothing runs, and nothing is handed out.
[[nodiscard]] std::string why_stalled(std::size_t undecided);

/// The exit code of the command: 0 when every test has passed or was skipped, `when_flaky` when
/// some were flaky and none failed, 1 when one failed or was not run.
[[nodiscard]] int exit_code(run_summary const& summary, int when_flaky = 2);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/runner/outcome-inl.hpp>
#endif
