// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/execution.hpp>
#include <offload/process/unique_fd.hpp>

#include <poll.h>

namespace offload {

/// Sees that a child process has exited, before it is reaped. Where the system gives no descriptor
/// for that (an old kernel, a container that forbids it, too many open files), it looks from time
/// to time.
class exit_watch {
 public:
  explicit exit_watch(int pid);

  /// The entry for poll(2), which ignores it where there is no descriptor.
  [[nodiscard]] pollfd to_poll() const { return {fd_.get(), POLLIN, 0}; }
  /// When to look even if nothing happens; nothing where there is a descriptor.
  [[nodiscard]] deadline next_look() const;
  /// Whether the child has exited, after a poll.
  [[nodiscard]] bool has_exited(pollfd const& polled) const;

 private:
  int pid_;
  unique_fd fd_;
};

}  // namespace offload
