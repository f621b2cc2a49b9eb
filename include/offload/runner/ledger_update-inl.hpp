// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/runner/ledger_update.hpp>

#include <offload/core/inline.hpp>

#include <algorithm>

namespace offload {

OFFLOAD_INLINE batch_end end_of(batch_closing const& how, ledger_update const& update, bool bad) {
  bad = bad || std::ranges::any_of(update.ended,
                                   [](attempt const& each) { return is_bad(each.report.ended); });
  if (bad) { return batch_end::failure; }
  if (how.cause == batch_cause::stopped || how.cause == batch_cause::cancelled) {
    return batch_end::cancelled;
  }
  bool const all_said =
      how.cause == batch_cause::complete || (how.cause == batch_cause::exited && how.status.ok());
  return all_said && update.again.empty() ? batch_end::success : batch_end::error;
}

}  // namespace offload
