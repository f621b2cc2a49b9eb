// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <string_view>

namespace offload {

/// How one attempt at a test ended.
enum class outcome {
  passed,
  failed,     ///< the test itself reported a failure
  timed_out,  ///< it was running when its batch timed out
  errored,    ///< set-up, tear-down or collection failed, or the runner crashed in it
  skipped,
  not_run,  ///< it was assigned but never started
};

/// The result of a test after all its attempts.
enum class verdict {
  passed,
  failed,
  flaky,    ///< at least one attempt was bad and at least one passed
  skipped,  ///< it was skipped and never ran
  not_run,  ///< no attempt ended; the record says why
};

[[nodiscard]] std::string_view to_string(outcome o);
[[nodiscard]] std::string_view to_string(verdict v);

/// Whether this outcome counts against the test.
[[nodiscard]] constexpr bool is_bad(outcome o) {
  return o == outcome::failed || o == outcome::timed_out || o == outcome::errored;
}

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/core/outcome-inl.hpp>
#endif
