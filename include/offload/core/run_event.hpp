// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/attempt.hpp>
#include <offload/core/error.hpp>
#include <offload/core/framework_event.hpp>
#include <offload/core/ids.hpp>
#include <offload/core/match.hpp>
#include <offload/core/outcome.hpp>
#include <offload/core/test_case.hpp>
#include <offload/core/time.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// The events of a run, which the runner reports to the reporters. One thread reports them, in the
/// order in which they happen. References and views in an event are valid during the call only.
namespace offload {

struct recorded_test;

/// Everything that is known about one test of a run.
struct test_record {
  test_case test{};
  verdict ended = verdict::not_run;
  /// Of the verdict: the last bad attempt's message, or why it was skipped or not run.
  std::string reason{};
  unsigned attempts{};  ///< ended attempts
  seconds longest{};    ///< of its attempts
};

/// How a sandbox used its time.
struct sandbox_use {
  sandbox_id id{};
  seconds alive{};
  seconds busy{};  ///< running tests
};

/// The actual or estimated cost of sandboxes.
struct cost_estimate {
  double dollars{};
  double cpu_seconds{};  ///< processors reserved, times seconds
};

enum class run_end { complete, stopped_early, interrupted };

struct run_summary {
  std::span<test_record const> tests{};
  std::span<sandbox_use const> sandboxes{};
  run_end ended = run_end::complete;
  std::string why_stopped{};            ///< when it did not complete
  seconds discovery{};                  ///< from the start until all tests were known
  seconds duration{};                   ///< from the start until the last verdict
  seconds first_test{};                 ///< from the start until the first test started
  std::optional<cost_estimate> cost{};  ///< where sandboxes cost anything
};

/// The history and the report of the previous run have been read. When this event is reported, it
/// is the first one.
struct earlier_runs_read {
  seconds took{};
};
/// A result of the run before, which stays because the test does not run again; see
/// core/run_record.hpp. It is reported before `run_began`, and is void if the run has the test.
struct result_kept {
  recorded_test const& test;
};
struct discovery_began {
  std::size_t groups{};
};
struct discovery_ended {
  std::size_t records{};  ///< tests, counted once for each group that selects them
  std::size_t groups{};
  seconds took{};
};
/// The provider makes the image that sandboxes start from, while tests are being listed.
struct preparation_began {};
struct preparation_said {
  std::string_view line{};
};
struct preparation_ended {
  seconds took{};
};
/// Every test is known; running begins (or has begun: the first worker may be up already).
struct run_began {
  std::span<test_case const> tests{};
  std::size_t slots{};
  std::optional<seconds> expected{};  ///< sum of the expected durations, when most are known
};
/// Something outside of all tests has failed. It becomes a case of its own, after the tests of
/// `run_began`: it has attempts and a verdict as a test has, and `test_case::kind` tells them
/// apart.
struct case_added {
  test_index test{};
  test_case const& what;
};
struct sandbox_creation_began {
  slot_id slot;
};
struct sandbox_came_up {
  sandbox_id const& id;
  slot_id slot;
  seconds took{};  ///< to be made
};
/// A sandbox could not be made, or was lost.
struct sandbox_failed {
  slot_id slot;
  error const& why;
};
/// The sandbox has done its last work, and is being destroyed.
struct sandbox_went_down {
  sandbox_id const& id;
};
/// The destruction of the sandbox has ended, with or without an error.
struct sandbox_gone {
  sandbox_id const& id;
  seconds took{};
};
struct batch_began {
  batch_id id{};
  sandbox_id const& sandbox;
  std::size_t tests{};
};
/// Output of a batch's command that is not an event.
struct batch_output {
  batch_id id{};
  stream from{};
  std::string_view bytes{};
};
struct attempt_began {
  batch_id batch{};
  test_index test{};
  test_id const& id;
  sandbox_id const& sandbox;
};
struct attempt_ended {
  attempt const& what;
};
struct test_decided {
  test_index test{};
  test_record const& record;
};
/// How a batch ended, as the names of its log files say it.
enum class batch_end { success, failure, error, cancelled };
struct batch_ended {
  batch_id id{};
  sandbox_id const& sandbox;
  batch_end how{};
  std::string_view why{};  ///< for `error` and `cancelled`
  time_point at{};         ///< when it ended, which is noticed a little later
};
enum class severity { info, warning };
struct notice {
  severity how{};
  std::string_view text{};
};
/// Time passes. This event is reported a few times a second, whatever else happens.
struct tick {};
/// Every test has its verdict. Later events are about sandboxes that are still being destroyed.
struct run_ended {
  run_summary const& summary;
};
/// The run has no summary, because the tests could not be listed or the provider could not prepare.
/// This event replaces `run_ended`.
struct run_failed {
  error const& why;
};
/// The last event: every sandbox is gone.
struct clean_up_ended {};

/// One event of a run. `match` calls the handler for its kind.
struct run_event {
  using kind =
      std::variant<tick, earlier_runs_read, result_kept, discovery_began, preparation_began,
                   preparation_said, preparation_ended, discovery_ended, run_began, case_added,
                   sandbox_creation_began, sandbox_came_up, sandbox_failed, sandbox_went_down,
                   sandbox_gone, batch_began, batch_output, attempt_began, attempt_ended,
                   test_decided, batch_ended, notice, run_ended, run_failed, clean_up_ended>;

  time_point at{};
  kind what{};
};

[[nodiscard]] std::string_view to_string(batch_end how);
[[nodiscard]] std::string_view to_string(run_end how);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/core/run_event-inl.hpp>
#endif
