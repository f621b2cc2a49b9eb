// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>
#include <offload/runner/discovery_site.hpp>
#include <offload/runner/listing.hpp>
#include <offload/runner/run_host.hpp>
#include <offload/runner/settings.hpp>

#include <stop_token>

namespace offload {

/// Lists the tests only. See `runner::discover`.
[[nodiscard]] result<listing> list_only(run_host& host, run_settings const& settings,
                                        discovery_site const& site, std::stop_token const& stop);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/runner/list_only-inl.hpp>
#endif
