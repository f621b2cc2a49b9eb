// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/runner/whole_run.hpp>

#include <offload/core/caught.hpp>
#include <offload/core/inline.hpp>
#include <offload/runner/discovery_plan.hpp>
#include <offload/runner/dispatcher.hpp>

#include <utility>

namespace offload {
namespace whole_run_detail {

[[nodiscard]] inline result<run_outcome> outcome_of(run_host& host, run_settings const& settings,
                                                    discovery_site site,
                                                    std::stop_token const& stop) {
  auto plan = plan_discovery(host, settings, host.listing_workers);
  if (!plan) { return tl::unexpected(plan.error()); }
  if (host.shares_machine) { site.shared_dir = plan->folder.path().string(); }
  return dispatch(host, settings, {settings.groups, std::move(plan->jobs)}, site, stop);
}

}  // namespace whole_run_detail

OFFLOAD_INLINE result<run_outcome> whole_run(run_host& host, run_settings const& settings,
                                             discovery_site site, std::stop_token const& stop) {
  auto outcome =
      caught([&] { return whole_run_detail::outcome_of(host, settings, std::move(site), stop); });
  if (!outcome) {
    auto why = outcome.error();
    settings.secrets.apply(why);
    host.report({steady_clock::now(), run_failed{why}});
  }
  host.report({steady_clock::now(), clean_up_ended{}});
  return outcome;
}

}  // namespace offload
