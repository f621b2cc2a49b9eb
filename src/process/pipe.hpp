// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>
#include <offload/core/execution.hpp>
#include <offload/process/unique_fd.hpp>

#include <sys/types.h>

#include <string_view>

namespace offload {

struct pipe_ends {
  unique_fd read, write;
};

/// A pipe that children do not inherit.
[[nodiscard]] result<pipe_ends> make_pipe();

/// The pipes of a child's streams, and the one that wakes up the thread that listens to them.
struct stream_pipes {
  pipe_ends in, out, err, wake;
};
[[nodiscard]] result<stream_pipes> make_pipes(input with);

/// Writes without letting a closed pipe kill this process; -1 with errno EPIPE instead.
[[nodiscard]] ssize_t write_without_sigpipe(int fd, std::string_view bytes);

}  // namespace offload
