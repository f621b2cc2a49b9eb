// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/time.hpp>

#include <string>

namespace offload {

/// When a run is added to the history: always, or with `--record-history` only.
enum class history_recording { always, flag };

/// `[history]`: what is remembered of earlier runs.
struct history_config {
  history_recording record_history = history_recording::flag;
  std::string path = "offload-history.jsonl";
  unsigned reservoir_size = 20;  ///< samples kept of each outcome of a test; at least 1
  seconds default_duration{1};   ///< `default_duration_secs`, of tests that never ran

  bool operator==(history_config const&) const = default;
};

}  // namespace offload
