// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/framework/concept.hpp>
#include <offload/process/temp_folder.hpp>
#include <offload/provider/concept.hpp>
#include <offload/report/concept.hpp>
#include <offload/runner/dispatcher.hpp>
#include <offload/runner/lister.hpp>
#include <offload/runner/listing.hpp>
#include <offload/runner/outcome.hpp>
#include <offload/runner/reporter_list.hpp>
#include <offload/runner/settings.hpp>
#include <offload/runner/slot_pool.hpp>
#include <offload/scheduler/concept.hpp>

#include <stop_token>
#include <tuple>
#include <utility>
#include <vector>

namespace offload {

/// The whole orchestrator: finds a project's tests, spreads them over sandboxes, and brings back
/// one verdict per test. The policies say how; nothing in here knows any of them by name.
template <Provider P, Framework F, Scheduler S, Reporter... R>
class runner {
 public:
  runner(P provider, F framework, S scheduler, R... reporters)
      : provider_{std::move(provider)},
        framework_{std::move(framework)},
        scheduler_{std::move(scheduler)},
        reporters_{std::move(reporters)...} {}

  /// Where the listing commands run; this process's own folder and environment unless said.
  void discover_in(discovery_site site) { site_ = std::move(site); }

  /// Runs all tests of the groups. An error means that there are no tests or no place to run them;
  /// a failed test is no error. A stop request stops the run; unfinished tests become `not_run`.
  [[nodiscard]] result<run_outcome> run(run_settings const& settings, std::stop_token stop = {}) {
    auto outcome = run_to_end(settings, std::move(stop));
    reporter_list reporters{reporters_};
    if (!outcome) {
      auto why = outcome.error();
      settings.secrets.apply(why);
      reporters.tell_all(run_failed{why});
    }
    reporters.tell_all(clean_up_ended{});
    return outcome;
  }

  /// Only finds the tests.
  [[nodiscard]] result<listing> discover(run_settings const& settings, std::stop_token stop = {}) {
    auto const folder = temp_folder::make(support_files_of(framework_));
    if (!folder) { return tl::unexpected(folder.error()); }
    auto jobs = discovery_jobs(settings, *folder, 1);
    if (!jobs) { return tl::unexpected(jobs.error()); }
    listing found{settings.groups, std::move(*jobs)};
    message_queue messages;
    lister<F> commands{framework_, site_, settings.batch_timeout, messages};
    commands.start(settings.max_parallel_collection, settings.groups.size());
    for (std::size_t i = 0; i < found.jobs(); ++i) { commands.add(i, found.job(i)); }
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

  /// The reporters, for what they have to say after a run.
  [[nodiscard]] std::tuple<R...>& reporters() { return reporters_; }

 private:
  using running_type = dispatcher<P, F, S, R...>;

  [[nodiscard]] result<run_outcome> run_to_end(run_settings const& settings, std::stop_token stop) {
    auto const folder = temp_folder::make(support_files_of(framework_));
    if (!folder) { return tl::unexpected(folder.error()); }
    auto jobs = discovery_jobs(settings, *folder, slot_pool<P, F>::listing_workers(settings));
    if (!jobs) { return tl::unexpected(jobs.error()); }
    if constexpr (shares_machine<P>) { site_.shared_dir = folder->path().string(); }
    running_type running{provider_, framework_, scheduler_, reporters_, settings};
    return running.run({settings.groups, std::move(*jobs)}, site_, std::move(stop));
  }

  [[nodiscard]] result<std::vector<discovery_job>> discovery_jobs(
      run_settings const& settings, temp_folder const& folder, std::size_t listing_workers) const {
    auto const path = folder.path().string();
    return framework_.discovery(
        settings.groups,
        {.support_dir = path, .shared_dir = path, .listing_workers = listing_workers});
  }

  P provider_;
  F framework_;
  [[no_unique_address]] S scheduler_;
  std::tuple<R...> reporters_;
  discovery_site site_{};
};

}  // namespace offload
