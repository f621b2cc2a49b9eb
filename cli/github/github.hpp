// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/config.hpp>
#include <offload/report/optional.hpp>

#include "command_line/commands.hpp"
#include "github/github_reporter.hpp"

namespace offload::cli {

/// Whether the run is to speak to GitHub Actions: `--github`, or because it takes place there.
[[nodiscard]] bool is_for_github(run_options const& options);

/// The reporter for GitHub, if it is enabled.
[[nodiscard]] optional_reporter<github_reporter> github_for(config const& c,
                                                            run_options const& options);

}  // namespace offload::cli
