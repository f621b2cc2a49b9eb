// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/runner/batch_closing.hpp>

#include <offload/core/cut_text.hpp>
#include <offload/core/inline.hpp>

#include <fmt/core.h>

#include <csignal>

namespace offload {

OFFLOAD_INLINE bool was_killed(batch_closing const& how) {
  return how.status.signal == SIGKILL || how.status.signal == SIGTERM;
}

OFFLOAD_INLINE std::string_view why_unreported(batch_closing const& how) {
  switch (how.cause) {
    case batch_cause::complete: return "the runner reported no result for it";
    case batch_cause::exited:
      return how.status.ok() ? "the runner reported no result for it"
                             : "the runner ended before it";
    case batch_cause::timed_out: return "its batch timed out before it";
    case batch_cause::stopped: return "the run was stopped";
    case batch_cause::cancelled: return "it was cancelled";
    case batch_cause::lost: return "its sandbox was lost";
    case batch_cause::untouched: return "its worker ended in other tests";
  }
  return "";
}

OFFLOAD_INLINE std::string blame_of(batch_closing const& how, seconds limit,
                                    std::string_view where) {
  return how.cause == batch_cause::timed_out
             ? fmt::format("timed out after {:g} s (test_timeout_secs) {}", limit.count(), where)
             : fmt::format("the runner ended with {} {}", to_string(how.status), where);
}

OFFLOAD_INLINE outside_failure contradiction_of(batch_closing const& how) {
  auto const said = last_line_of(how.last_words);
  return {fmt::format("the test command ended with {}", to_string(how.status)), how.last_words,
          said.empty() ? "no test failed, and it says nothing"
                       : fmt::format("no test failed; it says last: {}", said)};
}

OFFLOAD_INLINE error error_of(batch_closing const& how) {
  switch (how.cause) {
    case batch_cause::timed_out: return {errc::sandbox, "it did not end in time", {}};
    case batch_cause::stopped:
    case batch_cause::cancelled: return {errc::process, "it was stopped", {}};
    case batch_cause::lost: return {errc::sandbox, how.last_words, {}};
    case batch_cause::complete:
    case batch_cause::exited:
    case batch_cause::untouched: break;
  }
  return {errc::process, fmt::format("it ended with {}", to_string(how.status)), how.last_words};
}

}  // namespace offload
