// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/ids.hpp>
#include <offload/core/match.hpp>
#include <offload/core/test_case.hpp>
#include <offload/core/time.hpp>

#include <concepts>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace offload {

/// Whether a test may run in two sandboxes at the same time: copies disturb each other where
/// sandboxes share a machine.
enum class test_copies { allowed, forbidden };

/// A test as a scheduler sees it. Its views are valid as long as the run.
struct work_item {
  test_index test;
  std::string_view id{};              ///< its name; may be empty in a simulation
  std::string_view file{};            ///< tests of a file share set-up; may be empty
  std::optional<seconds> expected{};  ///< from earlier runs
  batching together = batching::shared;
  std::size_t id_bytes{};                     ///< bytes of the id on a command line, quoted
  std::span<std::string const> locks{};       ///< see `test_constraints`
  exclusivity machine = exclusivity::shared;  ///< see `test_constraints`
  std::vector<test_index> after{};            ///< must be decided before it is handed out
  /// Forbidden for units. Otherwise `schedule_limits` decide.
  test_copies copies = test_copies::allowed;
  /// How often it fails, from earlier runs; set where an early failure saves the rest of a run.
  std::optional<double> failure_rate{};
};

/// The cost of handing out a batch: a command of its own, or one request to a warm worker.
enum class batch_cost { process, request };

/// The limits within which a scheduler may build batches.
struct schedule_limits {
  std::size_t slots = 1;
  batch_cost cost = batch_cost::process;
  seconds start_up{};  ///< of a batch's command, where it is worth saving
  std::size_t tests_per_batch = static_cast<std::size_t>(-1);
  std::size_t id_bytes_per_batch = 100'000;
  seconds file_cost{};  ///< of loading a file, in each batch that has tests of it
  test_copies copies = test_copies::allowed;
};

/// An event of the tests that a scheduler has handed out. `match` calls the handler for its kind.
/// Views are valid during the call only.
struct schedule_event {
  /// Time passes. This event comes a few times a second, whatever else happens.
  struct tick {};
  /// The test runs in that slot from now on.
  struct started {
    test_index test;
    slot_id slot;
  };
  /// The test has ended by itself in that slot, with any outcome.
  struct finished {
    test_index test;
    slot_id slot;
    seconds took{};
  };
  /// These tests, which one call of `next` handed out for this slot, do not run any more. Those
  /// that must run again were given to `again` before.
  struct ended {
    std::span<test_index const> tests{};
    slot_id slot;
  };
  /// The test has its verdict, perhaps without having run. It must not be handed out any more.
  /// Tests that wait for it may be handed out.
  struct decided {
    test_index test;
  };
  using kind = std::variant<tick, started, finished, ended, decided>;

  seconds at{};  ///< since the start of the run; it never goes back
  kind what{};
};

/// Decides which tests a sandbox runs next. Deterministic and without I/O or clock, so that a
/// simulation runs the same object as a real run. One thread calls it.
///
/// `S` models `Scheduler` when, for an lvalue `s`:
///   1. `s.open(items, limits)` is called once, with every test of the run;
///   2. `s.next(slot)` returns the tests that a free slot runs next, in order; empty means nothing
///      at the moment. Every item is handed out once, and once more for each `again`;
///   3. `s.again(test, last, together)` puts a test back that has to run again, if possible
///      elsewhere than in slot `last`, and in a batch of its own if `together` says so;
///   4. `s.waiting()` is the number of tests that are still to be handed out;
///   5. `s.on(event)` is told what happens. `next` may answer differently after each event.
///
/// Not promised: that a scheduler respects locks, exclusivity or order, or learns from events.
///
/// Model for tests: `offload::testing::scheduler_archetype`.
template <class S>
concept Scheduler =
    std::movable<S> &&
    requires(S& s, std::span<work_item const> items, schedule_limits const& limits, slot_id slot,
             test_index test, batching together, schedule_event const& event) {
      { s.open(items, limits) } -> std::same_as<void>;
      { s.next(slot) } -> std::same_as<std::vector<test_index>>;
      { s.again(test, slot, together) } -> std::same_as<void>;
      { s.waiting() } -> std::convertible_to<std::size_t>;
      { s.on(event) } -> std::same_as<void>;
    };

}  // namespace offload
