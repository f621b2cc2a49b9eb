// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/hidden.hpp>
#include <offload/scheduler/concept.hpp>
#include <offload/scheduler/packed_tests_tuning.hpp>
#include <offload/scheduler/unknown_tests_tuning.hpp>

#include <cstddef>
#include <span>
#include <vector>

namespace offload {

/// The constants of `pull_scheduler`. Where no source is named, a default was chosen by hand.
/// "Longer" is the makespan in simulated runs of real suites, by `./dev bench tuning`.
///
/// A batch takes at most the fraction 1/(shares * slots) of what is left. Small batches balance
/// better, and cost more. Guided self-scheduling has 1 share, factoring 2; several kinds of runs
/// need different ones here.
struct pull_tuning {
  /// A batch is a request to a warm worker. Measured: half and twice as much differ by less than 1
  /// %.
  double shares_of_requests = 6;
  /// The same for tests of unknown duration: the more a batch's time may scatter, the smaller it is
  /// (factoring: Hummel, Schonberg and Flynn 1992). Measured: up to 4 % longer with 6, and 2 % with
  /// 24.
  double shares_of_unknown_requests = 12;
  /// A batch that is expected to be over sooner costs more to hand out than it helps to balance.
  seconds shortest_batch{0.02};

  /// Above this cost, batches are made worth it: a sandbox without standard input starts a command
  /// for each.
  seconds costly_request{0.15};

  /// The expected duration of a test without a known duration.
  seconds unknown_duration{1};
  /// A shorter test counts as this, so that a batch stays finite when durations are rounded to
  /// zero.
  seconds shortest_test{0.0002};

  /// Tests above this are worth being scheduled one by one (measured: up to 1 % longer with twice
  /// as much),
  seconds longest_light_test{0.5};
  /// and those above this fraction of a slot's whole work, however short they are.
  double long_fraction = 0.05;
  /// Tests that fail more often than this fraction of runs come first, where the first failure ends
  /// the run.
  double likely_to_fail = 0.05;
  unknown_tests_tuning unknown{};
  packed_tests_tuning packed{};
};

/// Hands out tests to free slots, the longest first, in batches that shrink towards the end.
///
/// Where a batch is a request to a warm worker, tests that take long are handed out one by one,
/// longest first (LPT: the makespan is at most 4/3 - 1/(3m) of the best for m slots). Short tests
/// stay together by file, so that the file's set-up is paid once, and a batch of them is a share of
/// what is left (guided self-scheduling, Polychronopoulos and Kuck 1987), so that all slots end at
/// about the same time. A slot goes on with the file it has begun. Without any duration the order
/// is that of discovery, and the run itself then shows where long tests are: see `unknown_tests`.
///
/// Where a batch starts a command, or loading a file has a cost, batches are as large as their cost
/// asks for: see `packed_tests`.
///
/// Tests that are likely to fail come first, one by one, when items say how often tests fail. In a
/// single slot, all others run in the order of discovery.
class pull_scheduler {
 public:
  pull_scheduler();
  explicit pull_scheduler(pull_tuning const& tuning);

  void open(std::span<work_item const> items, schedule_limits const& limits);
  [[nodiscard]] std::vector<test_index> next(slot_id slot);
  void again(test_index test, slot_id last, batching together);
  [[nodiscard]] std::size_t waiting() const;
  void on(schedule_event const& event);

 private:
  class parts;
  hidden<parts> parts_;
};
static_assert(Scheduler<pull_scheduler>);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/scheduler/pull-inl.hpp>
#endif
