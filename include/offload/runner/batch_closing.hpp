// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/command.hpp>
#include <offload/core/error.hpp>
#include <offload/core/framework_event.hpp>
#include <offload/core/ids.hpp>
#include <offload/core/time.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace offload {

/// Why a batch ended.
enum class batch_cause {
  complete,   ///< the worker said that it is done
  exited,     ///< the command that ran it has ended
  timed_out,  ///< its time was up
  stopped,    ///< the run was asked to stop
  cancelled,  ///< its tests are not needed any more
  lost,       ///< contact with the sandbox was lost
  untouched,  ///< its worker ended in the batch before it
};

/// How a batch ended, and the details.
struct batch_closing {
  batch_cause cause = batch_cause::complete;
  exit_status status{};    ///< of `exited`
  std::string last_words;  ///< the end of what the command wrote to standard error, or the error
  /// Of `exited`: a failed test, or something else that the command has reported, is a reason for
  /// a status that is not 0.
  bool has_reason = false;
};

/// Whether somebody else has ended the command: a user, or the system for its memory.
[[nodiscard]] bool was_killed(batch_closing const& how);

/// The failure of a command that ended with a bad status for no known reason.
[[nodiscard]] outside_failure contradiction_of(batch_closing const& how);

/// The last activity of a batch's command.
struct last_activity {
  std::optional<seconds> in_test{};  ///< it has been running the test for this time
  bool in_file = false;              ///< it was loading the test's file
};

/// The end of the batch, as the fault of the test that its command was busy with; the report has no
/// id yet. `limit` is the time that it had.
[[nodiscard]] test_report blame(batch_closing const& how, seconds limit, last_activity const& busy);

/// The failure of a file that has more tests where it runs than where it was listed. A test that it
/// lacks there is unknown for itself.
[[nodiscard]] std::optional<outside_failure> other_tests_in_file(test_case const& listed,
                                                                 test_report const& report);

/// Why the test did not pass, in a line.
[[nodiscard]] std::string reason_of(test_report const& report);

/// Makes a good report of a case the failure of the listing, which could not load its file; see
/// `test_case::listing_error`.
void fail_with_listing(test_report& report, std::string_view listing_error);

/// Why a test of the batch has no result.
[[nodiscard]] std::string_view why_unreported(batch_closing const& how);

/// The same as an error, where the caller expected the batch to go on.
[[nodiscard]] error error_of(batch_closing const& how);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/runner/batch_closing-inl.hpp>
#endif
