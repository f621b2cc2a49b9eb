// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

// Before all others, so that what the compiler says of a policy is not behind a chain of includes.
#include <offload/framework/concept.hpp>
#include <offload/history/concept.hpp>
#include <offload/provider/concept.hpp>
#include <offload/report/concept.hpp>
#include <offload/scheduler/concept.hpp>

#include <offload/runner/list_only.hpp>
#include <offload/runner/listener.hpp>
#include <offload/runner/outcome.hpp>
#include <offload/runner/policies.hpp>
#include <offload/runner/settings.hpp>
#include <offload/runner/slot.hpp>
#include <offload/runner/whole_run.hpp>

#include <concepts>
#include <cstddef>
#include <optional>
#include <span>
#include <stop_token>
#include <utility>
#include <vector>

namespace offload {

/// Whether `T` is a policy that may follow a framework. If it is not, this does not compile: the
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
  static_assert(
      prepares<P> || !requires { &P::prepare; },
      "prepare must take (preparation_sink const&, std::stop_token)");
  static_assert(
      requires(P const& p, seconds alive) { p.estimated_cost(alive); } ||
          !requires { &P::estimated_cost; },
      "estimated_cost must be constant and take (offload::seconds)");
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

  /// Runs all tests of the groups. An error means that the tests could not be listed, or that the
  /// provider could not prepare; a failed test is not an error. A stop request stops the run;
  /// unfinished tests become `not_run`.
  [[nodiscard]] result<run_outcome> run(run_settings const& settings,
                                        std::stop_token const& stop = {}) {
    host all{*this, settings};
    return whole_run(all, settings, site_, stop);
  }

  /// Finds the tests, and does not run them.
  [[nodiscard]] result<listing> discover(run_settings const& settings,
                                         std::stop_token const& stop = {}) {
    host all{*this, settings};
    return list_only(all, settings, site_, stop);
  }

  /// The reporters, as a tuple, to read their results after a run.
  [[nodiscard]] auto& reporters() { return policies_.reporters; }

 private:
  /// The policies, without their types.
  class host final : public run_host {
   public:
    host(runner& of, run_settings const& settings) : of_{of} {
      framework = of.framework_.properties();
      shares_machine = offload::shares_machine<P>;
      prepares_first = prepares<P>;
      if constexpr (WorkerFramework<F> && accepts_input<sandbox_of<P>>) {
        auto const worker = of.framework_.worker({});
        bool const kept = framework.workers == worker_lifetime::run;
        if (kept && worker && !worker->argv.empty()) { cost_of_a_batch = batch_cost::request; }
        forks_workers = starts_forks<sandbox_of<P>> && wants_forks(settings);
        if (shares_machine) { listing_workers = workers_for_listing(settings); }
      }
    }

    result<std::vector<discovery_job>> discovery(std::span<group const> groups,
                                                 run_context const& context) override {
      return of_.framework_.discovery(groups, context);
    }
    result<void> prepare(preparation_sink const& say, std::stop_token stop) override {
      return offload::prepare(of_.provider_, say, std::move(stop));
    }
    batch_closing hear_listing(child_process& listing, discovery_job const& what, time_point until,
                               std::stop_token const& stop,
                               framework_event_sink const& emit) override {
      auto reader = of_.framework_.discovery_reader(what);
      listener<child_process&> ear{listing};
      for (;;) {
        if (auto end = ear.step(reader, until, stop, emit)) { return *end; }
      }
    }
    std::optional<time_point> serve(slot_job const& job) override {
      return serve_slot(of_.provider_, of_.framework_, job);
    }
    void estimate(std::span<test_case> tests) override { of_.policies_.estimator.estimate(tests); }
    void open_scheduler(std::span<work_item const> items, schedule_limits const& limits) override {
      of_.policies_.scheduler.open(items, limits);
    }
    std::vector<test_index> next_tests(slot_id slot) override {
      return of_.policies_.scheduler.next(slot);
    }
    void run_again(test_index test, slot_id last, batching together) override {
      of_.policies_.scheduler.again(test, last, together);
    }
    std::size_t waiting_tests() override { return of_.policies_.scheduler.waiting(); }
    void tell_scheduler(schedule_event const& event) override { of_.policies_.scheduler.on(event); }
    void report(run_event const& event) override { tell_all(of_.policies_.reporters, event); }
    std::optional<cost_estimate> cost(seconds alive) override {
      return cost_of(of_.provider_, alive);
    }

   private:
    runner& of_;
  };

  P provider_;
  F framework_;
  policy_set<Policies...> policies_;
  discovery_site site_{};
};

}  // namespace offload
