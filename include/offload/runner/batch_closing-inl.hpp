// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/runner/batch_closing.hpp>

#include <offload/core/inline.hpp>

#include <fmt/core.h>

namespace offload {

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
