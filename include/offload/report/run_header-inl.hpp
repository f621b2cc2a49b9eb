// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/report/run_header.hpp>

#include <offload/core/inline.hpp>
#include <offload/report/handle.hpp>
#include <offload/report/iso_time.hpp>

namespace offload {

OFFLOAD_INLINE std::string mark_of_selection(std::string_view selection) {
  return selection.empty() ? std::string{} : handle_of('s', selection);
}

OFFLOAD_INLINE std::string mark_of_selection(run_header const& header) {
  return header.selection.empty() ? header.selection_mark : mark_of_selection(header.selection);
}

OFFLOAD_INLINE std::string mark_of_run(run_clock const& clock) {
  return handle_of('r', iso_time(clock.started));
}

}  // namespace offload
