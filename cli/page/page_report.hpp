// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/config.hpp>
#include <offload/core/error.hpp>
#include <offload/report/optional.hpp>
#include <offload/report/output_directory.hpp>
#include <offload/report/run_header.hpp>

#include "page/page_reporter.hpp"
#include "run/launch.hpp"

namespace offload::cli {

/// Returns the reporter for the page of `--html`, if the option is given. It reads the report of
/// the run before, so call it before that report is replaced.
[[nodiscard]] result<optional_reporter<page_reporter>> page_of(launch const& asked,
                                                               output_directory& output,
                                                               run_clock const& clock);

/// The same for a run that is reported again; `output` may be nothing. It is compared with no
/// other.
[[nodiscard]] result<optional_reporter<page_reporter>> page_again(report_options const& options,
                                                                  run_header const& header,
                                                                  output_directory* output);

}  // namespace offload::cli
