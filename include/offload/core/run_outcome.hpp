// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/run_event.hpp>

#include <optional>
#include <string>
#include <vector>

namespace offload {

/// The result of a run.
struct run_outcome {
  std::vector<test_record> tests{};
  std::vector<sandbox_use> sandboxes{};
  run_end ended = run_end::complete;
  std::string why_stopped{};
  seconds discovery{};
  seconds duration{};
  seconds first_test{};
  std::optional<cost_estimate> cost{};

  [[nodiscard]] run_summary summary() const;
};

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/core/run_outcome-inl.hpp>
#endif
