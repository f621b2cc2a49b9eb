// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/outcome.hpp>

#include <offload/core/inline.hpp>

namespace offload {

OFFLOAD_INLINE std::string_view to_string(outcome o) {
  switch (o) {
    case outcome::passed: return "passed";
    case outcome::failed: return "failed";
    case outcome::timed_out: return "timed out";
    case outcome::errored: return "errored";
    case outcome::skipped: return "skipped";
    case outcome::not_run: return "not run";
  }
  return "unknown";
}

OFFLOAD_INLINE std::string_view to_string(verdict v) {
  switch (v) {
    case verdict::passed: return "passed";
    case verdict::failed: return "failed";
    case verdict::flaky: return "flaky";
    case verdict::skipped: return "skipped";
    case verdict::not_run: return "not run";
  }
  return "unknown";
}

}  // namespace offload
