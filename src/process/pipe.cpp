// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "pipe.hpp"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace offload {

result<pipe_ends> make_pipe() {
  std::array<int, 2> fds{};
#ifdef __linux__
  int const made = ::pipe2(fds.data(), O_CLOEXEC);
#else
  int const made = ::pipe(fds.data());
  for (int const fd : fds) { ::fcntl(fd, F_SETFD, FD_CLOEXEC); }
#endif
  if (made != 0) { return fail(errc::process, "cannot make a pipe: {}", std::strerror(errno)); }
  return pipe_ends{unique_fd{fds[0]}, unique_fd{fds[1]}};
}

result<stream_pipes> make_pipes(input with) {
  auto out = make_pipe();
  auto err = make_pipe();
  auto wake = make_pipe();
  auto in = with == input::streamed ? make_pipe() : result<pipe_ends>{pipe_ends{}};
  for (auto const* pipe : {&out, &err, &wake, &in}) {
    if (!*pipe) { return tl::unexpected(pipe->error()); }
  }
  return stream_pipes{std::move(*in), std::move(*out), std::move(*err), std::move(*wake)};
}

ssize_t write_without_sigpipe(int fd, std::string_view bytes) {
  sigset_t only_pipe;
  sigset_t before;
  sigset_t pending;
  ::sigemptyset(&only_pipe);
  ::sigaddset(&only_pipe, SIGPIPE);
  ::sigpending(&pending);
  bool const was_pending = ::sigismember(&pending, SIGPIPE) == 1;
  ::pthread_sigmask(SIG_BLOCK, &only_pipe, &before);
  ssize_t const written = ::write(fd, bytes.data(), bytes.size());
  int const why = errno;
  if (written < 0 && why == EPIPE && !was_pending) {
    ::sigpending(&pending);
    int ignored = 0;
    if (::sigismember(&pending, SIGPIPE) == 1) { ::sigwait(&only_pipe, &ignored); }
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = why;
  return written;
}

}  // namespace offload
