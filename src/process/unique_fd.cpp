// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/process/unique_fd.hpp>

#include <unistd.h>

namespace offload {

void unique_fd::reset() {
  if (fd_ >= 0) { ::close(std::exchange(fd_, -1)); }
}

}  // namespace offload
