// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "exit_watch.hpp"

#include <sys/wait.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/syscall.h>
#else
#include <sys/event.h>
#endif

namespace offload {
namespace {

/// A descriptor that becomes readable when the child has exited.
#ifdef __linux__

unique_fd exit_descriptor(int pid) {
  return unique_fd{static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))};
}

#else

// A kqueue is itself a descriptor that polls readable when it holds an event.
unique_fd exit_descriptor(int pid) {
  unique_fd queue{::kqueue()};
  struct kevent exit_of_child {};
  EV_SET(&exit_of_child, pid, EVFILT_PROC, EV_ADD, NOTE_EXIT, 0, nullptr);
  bool const watched = ::kevent(queue.get(), &exit_of_child, 1, nullptr, 0, nullptr) == 0;
  return watched ? std::move(queue) : unique_fd{};
}

#endif

bool is_zombie(int pid) {
  siginfo_t seen{};
  return ::waitid(P_PID, static_cast<id_t>(pid), &seen, WEXITED | WNOHANG | WNOWAIT) == 0 &&
         seen.si_pid == pid;
}

}  // namespace

exit_watch::exit_watch(int pid) : pid_{pid}, fd_{exit_descriptor(pid)} {}

deadline exit_watch::next_look() const {
  constexpr std::chrono::milliseconds between_looks{20};
  return fd_ ? deadline{} : steady_clock::now() + between_looks;
}

bool exit_watch::has_exited(pollfd const& polled) const {
  return fd_ ? polled.revents != 0 : is_zombie(pid_);
}

}  // namespace offload
