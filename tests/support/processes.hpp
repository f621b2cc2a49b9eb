// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/contents_of.hpp>

#include <chrono>
#include <string>
#include <thread>

namespace offload::testing {

/// Whether a process exists, and is neither a zombie that its parent has not reaped yet (Z) nor one
/// that is just being reaped (X).
inline bool is_running(int pid) {
  auto const text = contents_of("/proc/" + std::to_string(pid) + "/stat");
  auto const name_end = text.rfind(')');
  if (name_end == std::string::npos) { return false; }
  auto const state = text.substr(name_end + 2, 1);
  return state != "Z" && state != "X";
}

/// Whether a process is gone, or about to be: a killed process lives on for a moment.
inline bool is_gone(int pid) {
  auto const patience = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  while (is_running(pid) && std::chrono::steady_clock::now() < patience) {
    std::this_thread::yield();
  }
  return !is_running(pid);
}

}  // namespace offload::testing
