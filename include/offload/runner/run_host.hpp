// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>
#include <offload/core/preparation_sink.hpp>
#include <offload/core/run_event.hpp>
#include <offload/core/test_case.hpp>
#include <offload/framework/concept.hpp>
#include <offload/process/child_process.hpp>
#include <offload/runner/batch_closing.hpp>
#include <offload/runner/fork_parents.hpp>
#include <offload/runner/message_queue.hpp>
#include <offload/runner/settings.hpp>
#include <offload/runner/start_limit.hpp>
#include <offload/runner/startup_semaphore.hpp>
#include <offload/scheduler/concept.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace offload {

/// A listing that a slot takes over: its worker lists the tests before it runs them.
struct adopted_listing {
  std::size_t job{};
  discovery_job what;
};

/// When a slot's worker starts: while tests are still being listed, or when the slot has tests.
enum class worker_start { early, with_tests };

/// The inputs of a slot's thread. References live as long as the run.
struct slot_job {
  slot_id slot;
  worker_start when{};
  std::optional<adopted_listing> listing{};  ///< for the worker to begin with
  run_settings const& settings;
  framework_properties const& framework;
  bool forks_workers = false;
  fork_parents& parents;
  std::string const& shared_dir;  ///< see `run_context`
  startup_semaphore& startups;
  start_limit& limit_of_start;
  assignment_queue& assignments;
  message_queue& messages;
  std::stop_token stop{};          ///< ends the slot
  std::stop_token no_creations{};  ///< no sandbox is wanted any more
  std::stop_token no_transfers{};  ///< artifacts are not wanted any more
};

/// The policies of a run without their types. A runner makes one from its policies. The rest of a
/// run is compiled once for all policies.
///
/// `prepare`, `hear_listing` and `serve` are called by threads of their own, several at a time. The
/// other functions are called by the thread that runs the run.
class run_host {
 public:
  run_host();
  run_host(run_host const&) = delete;
  run_host& operator=(run_host const&) = delete;
  virtual ~run_host();

  /// Properties of the policies, set by the runner before the run.
  framework_properties framework{};
  batch_cost cost_of_a_batch = batch_cost::process;
  bool shares_machine = false;    ///< see `shares_machine`
  bool prepares_first = false;    ///< see `prepares`
  bool forks_workers = false;     ///< the worker that lists the tests is asked to fork the others
  std::size_t listing_workers{};  ///< workers that start while tests are listed

  /// The number of sandboxes that a run may have at a time.
  [[nodiscard]] std::size_t most_slots(run_settings const& settings) const;

  /// The number of workers that may list tests. More than there are processors would only slow the
  /// listing down.
  [[nodiscard]] std::size_t workers_for_listing(run_settings const& settings) const;

  /// Whether workers are to be forks where they can. A single worker that lives as long as the run
  /// needs no other process.
  [[nodiscard]] bool wants_forks(run_settings const& settings) const;

  /// The limits of the scheduler in a run with this number of slots.
  [[nodiscard]] schedule_limits limits(std::size_t slots, run_settings const& settings) const;

  /// The commands that list the tests of all groups.
  [[nodiscard]] virtual result<std::vector<discovery_job>> discovery(
      std::span<group const> groups, run_context const& context) = 0;
  /// The provider makes what sandboxes start from.
  [[nodiscard]] virtual result<void> prepare(preparation_sink const& say, std::stop_token stop) = 0;
  /// Listens to a listing command until it has ended, or is ended because its time is up.
  [[nodiscard]] virtual batch_closing hear_listing(child_process& listing,
                                                   discovery_job const& what, time_point until,
                                                   std::stop_token const& stop,
                                                   framework_event_sink const& emit) = 0;
  /// Runs a slot from start to end: makes its sandbox and serves it. Returns the time when the
  /// sandbox's destruction began, if there was a sandbox. It is destroyed on return.
  virtual std::optional<time_point> serve(slot_job const& job) = 0;

  virtual void estimate(std::span<test_case> tests) = 0;

  virtual void open_scheduler(std::span<work_item const> items, schedule_limits const& limits) = 0;
  [[nodiscard]] virtual std::vector<test_index> next_tests(slot_id slot) = 0;
  virtual void run_again(test_index test, slot_id last, batching together) = 0;
  [[nodiscard]] virtual std::size_t waiting_tests() = 0;
  virtual void tell_scheduler(schedule_event const& event) = 0;

  virtual void report(run_event const& event) = 0;
  [[nodiscard]] virtual std::optional<cost_estimate> cost(seconds alive) = 0;
};

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/runner/run_host-inl.hpp>
#endif
