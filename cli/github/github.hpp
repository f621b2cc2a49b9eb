// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/config.hpp>
#include <offload/report/optional.hpp>

#include "github/github_reporter.hpp"
#include "run/launch.hpp"

namespace offload::cli {

/// Whether the run is to speak to GitHub Actions: `--github`, or because it takes place there.
[[nodiscard]] bool is_for_github(run_flags const& flags);

/// The reporter for GitHub, if it is enabled.
[[nodiscard]] optional_reporter<github_reporter> github_for(launch const& asked);

}  // namespace offload::cli
