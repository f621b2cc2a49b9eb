// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>

#include <system_error>
#include <thread>
#include <utility>

namespace offload {

/// Starts a thread that runs `body`, which may take a `std::stop_token`. The error says why the
/// system has no thread to give: a limit of processes (`ulimit -u`, `pids.max` of a control group)
/// or of memory.
template <class Body>
[[nodiscard]] result<std::jthread> start_thread(Body body) {
  try {
    return std::jthread{std::move(body)};
  } catch (std::system_error const& e) {
    return tl::unexpected(
        error{errc::process, "cannot start a thread: " + e.code().message(),
              "Raise the limit of processes (`ulimit -u`, or the container's pids limit)."});
  }
}

}  // namespace offload
