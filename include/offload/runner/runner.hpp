// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

// Before all others, so that what the compiler says of a policy is not behind a chain of includes.
#include <offload/framework/concept.hpp>
#include <offload/history/concept.hpp>
#include <offload/provider/concept.hpp>
#include <offload/report/concept.hpp>
#include <offload/scheduler/concept.hpp>

#include <offload/process/temp_folder.hpp>
#include <offload/runner/dispatcher.hpp>
#include <offload/runner/lister.hpp>
#include <offload/runner/listing.hpp>
#include <offload/runner/outcome.hpp>
#include <offload/runner/policies.hpp>
#include <offload/runner/reporter_list.hpp>
#include <offload/runner/settings.hpp>
#include <offload/runner/slot_pool.hpp>

#include <concepts>
#include <stop_token>
#include <utility>
#include <vector>

namespace offload {

/// Whether `T` is a policy that may follow a framework. Where it is none, it does not compile: the
/// message names what `T` lacks of the concept that it looks like.
template <class T>
consteval bool is_policy() {
  if constexpr (
      requires(T& t) { t.waiting(); } || requires { &T::open; }) {
    static_assert(Scheduler<T>);
  } else if constexpr (requires { &T::estimate; }) {
    static_assert(Estimator<T>);
  } else {
    static_assert(Reporter<T>);
  }
  return true;
}

/// Whether `P` creates sandboxes that cannot be moved.
template <class P>
inline constexpr bool creates_pinned_sandboxes = requires {
  typename sandbox_of<P>;
  requires !std::movable<sandbox_of<P>>;
};

/// The whole orchestrator: finds a project's tests, spreads them over sandboxes, and brings back
/// one verdict per test.
///
/// It is composed of policies: `runner{provider, framework, scheduler, estimator, reporters...}`.
/// Without a scheduler it has the `default_scheduler`; without an estimator it knows nothing of its
/// tests.
template <class P, class F, class... Policies>
class runner {
  static_assert(!creates_pinned_sandboxes<P>, "a provider's sandboxes must be movable");
  static_assert(Provider<P>);
  static_assert(Framework<F>);
  static_assert(
      WorkerFramework<F> || !requires(F const& f, run_context const& c) { f.worker(c); },
      "a framework with worker(run_context const&) must be a WorkerFramework: it also "
      "has worker_reader(), ask(batch const&) and ask_nothing()");
  static_assert((is_policy<Policies>() && ...));

 public:
  explicit runner(P provider, F framework, Policies... policies)
      : provider_{std::move(provider)},
        framework_{std::move(framework)},
        policies_{std::move(policies)...} {}

  /// Where the listing commands run; this process's own folder and environment unless said.
  void discover_in(discovery_site site) { site_ = std::move(site); }

  /// Runs all tests of the groups. An error means that there are no tests or no place to run them;
  /// a failed test is no error. A stop request stops the run; unfinished tests become `not_run`.
  [[nodiscard]] result<run_outcome> run(run_settings const& settings, std::stop_token stop = {}) {
    auto outcome = run_to_end(settings, std::move(stop));
    reporter_list reporters{policies_.reporters};
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
    auto const folder = temp_folder::make(framework_.properties().support_files);
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
  [[nodiscard]] auto& reporters() { return policies_.reporters; }

 private:
  [[nodiscard]] result<run_outcome> run_to_end(run_settings const& settings, std::stop_token stop) {
    auto const folder = temp_folder::make(framework_.properties().support_files);
    if (!folder) { return tl::unexpected(folder.error()); }
    auto jobs =
        discovery_jobs(settings, *folder, slot_pool<P, F>::listing_workers(framework_, settings));
    if (!jobs) { return tl::unexpected(jobs.error()); }
    if constexpr (shares_machine<P>) { site_.shared_dir = folder->path().string(); }
    dispatcher running{provider_,           framework_,          policies_.scheduler,
                       policies_.estimator, policies_.reporters, settings};
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
  policy_set<Policies...> policies_;
  discovery_site site_{};
};

}  // namespace offload
