// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/time.hpp>

#include <string>

namespace offload {

/// When a run is added to the history: always, or only with `--record-history`.
enum class history_recording { always, flag };

/// `[history]`: how results of runs are kept for later runs.
struct history_config {
  history_recording record_history = history_recording::flag;
  std::string path = "offload-history.jsonl";
  unsigned reservoir_size = 20;  ///< samples kept for each outcome of a test; at least 1
  seconds default_duration{1};   ///< `default_duration_secs`, for tests without history

  bool operator==(history_config const&) const = default;
};

}  // namespace offload
