// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/runner/run_host.hpp>

#include <offload/core/inline.hpp>

#include <algorithm>

namespace offload {

OFFLOAD_INLINE run_host::run_host() = default;
OFFLOAD_INLINE run_host::~run_host() = default;

OFFLOAD_INLINE std::size_t run_host::most_slots(run_settings const& settings) const {
  return std::min(settings.max_parallel, framework.max_concurrency);
}

OFFLOAD_INLINE std::size_t run_host::workers_for_listing(run_settings const& settings) const {
  return std::min(most_slots(settings), processors());
}

OFFLOAD_INLINE bool run_host::wants_forks(run_settings const& settings) const {
  bool const has_one = framework.workers == worker_lifetime::run && most_slots(settings) == 1;
  return framework.start != start_method::spawn && !has_one && settings.artifacts.globs.empty();
}

OFFLOAD_INLINE schedule_limits run_host::limits(std::size_t slots,
                                                run_settings const& settings) const {
  bool const starts_commands = cost_of_a_batch == batch_cost::process;
  auto const or_known = [&](seconds of_framework, seconds known) {
    return starts_commands && known > seconds{} ? known : of_framework;
  };
  return {
      .slots = std::max<std::size_t>(1, slots),
      .cost = cost_of_a_batch,
      .start_up = or_known(framework.start_up, settings.batch_cost),
      .tests_per_batch = framework.workers == worker_lifetime::test ? 1 : framework.largest_batch,
      .file_cost = or_known(framework.file_cost, settings.file_cost),
      .copies = shares_machine ? test_copies::forbidden : test_copies::allowed};
}

}  // namespace offload
