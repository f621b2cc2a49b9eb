// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/ids.hpp>
#include <offload/core/test_case.hpp>
#include <offload/core/time.hpp>

#include <concepts>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace offload {

/// A test as a scheduler sees it.
struct work_item {
  test_index test;
  std::string_view file;              ///< tests of a file share set-up; may be empty
  std::optional<seconds> expected{};  ///< from earlier runs
  batching together = batching::shared;
  std::size_t id_bytes{};                     ///< what the id costs on a command line
  std::span<std::string const> locks{};       ///< see `test_constraints`
  exclusivity machine = exclusivity::shared;  ///< see `test_constraints`
  std::vector<test_index> after{};            ///< to be decided before it is handed out
  /// How often it fails, from earlier runs; set where an early failure saves the rest of a run.
  std::optional<double> failure_rate{};
};

/// What it costs to hand out a batch: a command of its own, or a word to a warm worker.
enum class batch_cost { process, request };

/// The limits within which a scheduler may build batches.
struct schedule_limits {
  std::size_t slots = 1;
  batch_cost cost = batch_cost::process;
  seconds start_up{};  ///< of a batch's command, where it is worth saving
  std::size_t tests_per_batch = static_cast<std::size_t>(-1);
  std::size_t id_bytes_per_batch = 30'000;
  seconds file_cost{};  ///< of loading a file, in each batch that has tests of it
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
///   4. `s.waiting()` is the number of tests that are still to be handed out.
///
/// Optional: see `tell_time`, `tell_started`, `tell_finished`, `tell_ended` and `tell_decided`. Not
/// promised: that a scheduler without them respects locks, exclusivity or order, or learns
/// anything.
///
/// Model for tests: `offload::testing::scheduler_archetype`.
template <class S>
concept Scheduler = std::movable<S> &&
                    requires(S& s, std::span<work_item const> items, schedule_limits const& limits,
                             slot_id slot, test_index test, batching together) {
                      { s.open(items, limits) } -> std::same_as<void>;
                      { s.next(slot) } -> std::same_as<std::vector<test_index>>;
                      { s.again(test, slot, together) } -> std::same_as<void>;
                      { s.waiting() } -> std::convertible_to<std::size_t>;
                    };

/// A scheduler that wants to know what time it is: asked again while time passes, it may answer
/// differently.
template <class S>
concept TimedScheduler = Scheduler<S> && requires(S& s, seconds now) {
  { s.at(now) } -> std::same_as<void>;
};

/// Tells a scheduler that has `at(now)` what time it is, in seconds since the start of the run.
/// Said before anything else is said or asked at that time; it never goes back.
template <Scheduler S>
void tell_time(S& s, seconds now) {
  if constexpr (TimedScheduler<S>) {
    s.at(now);
  } else {
    static_assert(
        !requires { s.at(now); }, "at(offload::seconds) must return void");
  }
}

/// Tells a scheduler that has `started(test, slot)` that the test runs there from now on.
template <Scheduler S>
void tell_started(S& s, test_index test, slot_id slot) {
  if constexpr (requires {
                  { s.started(test, slot) } -> std::same_as<void>;
                }) {
    s.started(test, slot);
  } else {
    static_assert(
        !requires { s.started(test, slot); },
        "started(offload::test_index, offload::slot_id) must return void");
  }
}

/// Tells a scheduler that has `finished(test, slot, took)` that the test has come to an end of its
/// own there, whatever its outcome.
template <Scheduler S>
void tell_finished(S& s, test_index test, slot_id slot, seconds took) {
  if constexpr (requires {
                  { s.finished(test, slot, took) } -> std::same_as<void>;
                }) {
    s.finished(test, slot, took);
  } else {
    static_assert(
        !requires { s.finished(test, slot, took); },
        "finished(offload::test_index, offload::slot_id, offload::seconds) must return void");
  }
}

/// Tells a scheduler that has `ended(tests, slot)`, or `ended(tests)`, that these tests, which one
/// call of `next` for this slot had handed out, are running no more. What has to run again of them
/// was given to `again` before.
template <Scheduler S>
void tell_ended(S& s, std::span<test_index const> tests, slot_id slot) {
  if constexpr (requires {
                  { s.ended(tests, slot) } -> std::same_as<void>;
                }) {
    s.ended(tests, slot);
  } else if constexpr (requires {
                         { s.ended(tests) } -> std::same_as<void>;
                       }) {
    s.ended(tests);
  } else {
    static_assert(
        !requires { s.ended(tests); } && !requires { s.ended(tests, slot); },
        "ended(std::span<offload::test_index const>) must return void");
  }
}

/// Tells a scheduler that has `decided(test)` that the test has its verdict: it must not be handed
/// out any more, and what waited for it may be.
template <Scheduler S>
void tell_decided(S& s, test_index test) {
  if constexpr (requires {
                  { s.decided(test) } -> std::same_as<void>;
                }) {
    s.decided(test);
  } else {
    static_assert(
        !requires { s.decided(test); }, "decided(offload::test_index) must return void");
  }
}

}  // namespace offload
