// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "exit_watch.hpp"

#ifdef __linux__

#include <sys/syscall.h>
#include <unistd.h>

namespace offload {

unique_fd watch_exit(int pid) {
  return unique_fd{static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))};
}

}  // namespace offload

#else

#include <sys/event.h>

namespace offload {

// A kqueue is itself a descriptor that polls readable when it holds an event.
unique_fd watch_exit(int pid) {
  unique_fd queue{::kqueue()};
  struct kevent exit_of_child {};
  EV_SET(&exit_of_child, pid, EVFILT_PROC, EV_ADD, NOTE_EXIT, 0, nullptr);
  ::kevent(queue.get(), &exit_of_child, 1, nullptr, 0, nullptr);
  return queue;
}

}  // namespace offload

#endif
