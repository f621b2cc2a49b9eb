// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/run_event.hpp>

#include <offload/core/inline.hpp>

namespace offload {

OFFLOAD_INLINE std::string_view to_string(batch_end how) {
  switch (how) {
    case batch_end::success: return "success";
    case batch_end::failure: return "failure";
    case batch_end::error: return "error";
    case batch_end::cancelled: return "cancelled";
  }
  return "unknown";
}

OFFLOAD_INLINE std::string_view to_string(run_end how) {
  switch (how) {
    case run_end::complete: return "complete";
    case run_end::stopped_early: return "stopped early";
    case run_end::interrupted: return "interrupted";
  }
  return "unknown";
}

}  // namespace offload
