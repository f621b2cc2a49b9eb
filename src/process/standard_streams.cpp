// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/process/standard_streams.hpp>

#include <fcntl.h>

namespace offload {

void fill_standard_streams() {
  for (int stream = 0; stream <= 2; ++stream) {
    // What is opened gets the lowest free number: this one.
    if (::fcntl(stream, F_GETFD) == -1) { (void)::open("/dev/null", O_RDWR); }
  }
}

}  // namespace offload
