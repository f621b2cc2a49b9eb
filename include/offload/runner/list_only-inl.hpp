// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/runner/list_only.hpp>

#include <offload/core/inline.hpp>
#include <offload/runner/discovery_plan.hpp>
#include <offload/runner/lister.hpp>
#include <offload/runner/messages.hpp>
#include <offload/runner/start_limit.hpp>

#include <cstddef>
#include <utility>
#include <variant>

namespace offload {

OFFLOAD_INLINE result<listing> list_only(run_host& host, run_settings const& settings,
                                         discovery_site const& site, std::stop_token const& stop) {
  auto plan = plan_discovery(host, settings, 1);
  if (!plan) { return tl::unexpected(plan.error()); }
  listing found{settings.groups, std::move(plan->jobs)};
  message_queue messages;
  start_limit limit{settings};
  lister commands{host, site, limit, messages};
  commands.start(settings.max_parallel_collection, found.groups());
  (void)commands.add_all(found, 0);
  while (!found.complete()) {
    auto said = messages.pop({}, stop);
    if (!said) { return fail(errc::discovery, "discovery was interrupted"); }
    if (auto* heard = std::get_if<listing_heard>(&*said)) {
      found.hear(heard->job, std::move(heard->what));
    } else if (auto* over = std::get_if<listing_is_over>(&*said)) {
      for (auto const job : found.end(over->job, std::move(over->failed))) {
        commands.add(job, found.job(job));
      }
    }
  }
  if (found.failure()) { return tl::unexpected(*found.failure()); }
  return found;
}

}  // namespace offload
