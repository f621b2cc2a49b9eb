// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>
#include <offload/framework/concept.hpp>
#include <offload/process/temp_folder.hpp>
#include <offload/runner/run_host.hpp>
#include <offload/runner/settings.hpp>

#include <cstddef>
#include <utility>
#include <vector>

namespace offload {

/// The commands that list the tests of a run, and the folder with the files that they need.
struct discovery_plan {
  temp_folder folder;
  std::vector<discovery_job> jobs;
};

/// `listing_workers`: see `run_context`.
[[nodiscard]] inline result<discovery_plan> plan_discovery(run_host& host,
                                                           run_settings const& settings,
                                                           std::size_t listing_workers) {
  auto folder = temp_folder::make(host.framework.support_files);
  if (!folder) { return tl::unexpected(folder.error()); }
  auto const path = folder->path().string();
  auto jobs =
      host.discovery(settings.groups,
                     {.support_dir = path, .shared_dir = path, .listing_workers = listing_workers});
  if (!jobs) { return tl::unexpected(jobs.error()); }
  if (jobs->empty()) {
    return fail(errc::discovery, "the framework has no command that lists tests");
  }
  return discovery_plan{std::move(*folder), std::move(*jobs)};
}

}  // namespace offload
