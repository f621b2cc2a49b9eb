// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/process/standard_streams.hpp>

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

namespace offload {

void open_standard_streams() {
  int opened = 0;
  // A new descriptor is the lowest that is free.
  while (opened >= 0 && opened <= STDERR_FILENO) { opened = ::open("/dev/null", O_RDWR); }
  if (opened > STDERR_FILENO) { ::close(opened); }
  ::signal(SIGPIPE, SIG_IGN);
}

}  // namespace offload
