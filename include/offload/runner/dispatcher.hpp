// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>
#include <offload/core/run_outcome.hpp>
#include <offload/runner/discovery_site.hpp>
#include <offload/runner/listing.hpp>
#include <offload/runner/run_host.hpp>
#include <offload/runner/settings.hpp>

#include <stop_token>

namespace offload {

/// Runs all tests of the listing's jobs to their verdicts, on the calling thread. See
/// `runner::run`.
[[nodiscard]] result<run_outcome> dispatch(run_host& host, run_settings const& settings,
                                           listing found, discovery_site const& site,
                                           std::stop_token stop);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/runner/dispatcher-inl.hpp>
#endif
