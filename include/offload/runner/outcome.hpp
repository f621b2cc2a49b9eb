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

/// Why the run is not to go on when so many tests have failed; nothing when it is. The project may
/// have a limit of its own; 0 is none.
[[nodiscard]] std::optional<std::string> why_stop_early(fail_fast wanted,
                                                        std::optional<unsigned> limit_of_project,
                                                        std::size_t failed);

/// Why tests are without a verdict when nothing runs any more.
[[nodiscard]] std::string why_undecided(std::string const& why_stopped,
                                        std::optional<error> const& last_sandbox_error);

/// What the command exits with: 0 when every test has passed or was skipped, `when_flaky` when some
/// were flaky and none failed, 1 when one failed or was not run.
[[nodiscard]] int exit_code(run_summary const& summary, int when_flaky = 2);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/runner/outcome-inl.hpp>
#endif
