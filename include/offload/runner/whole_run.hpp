// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>
#include <offload/core/run_outcome.hpp>
#include <offload/runner/discovery_site.hpp>
#include <offload/runner/run_host.hpp>
#include <offload/runner/settings.hpp>

#include <stop_token>

namespace offload {

/// Lists all tests, runs them to their verdicts on the calling thread, and reports the end. See
/// `runner::run`.
[[nodiscard]] result<run_outcome> whole_run(run_host& host, run_settings const& settings,
                                            discovery_site site, std::stop_token const& stop);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/runner/whole_run-inl.hpp>
#endif
