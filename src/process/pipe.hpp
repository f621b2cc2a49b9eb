// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>
#include <offload/process/unique_fd.hpp>

#include <sys/types.h>

#include <string_view>

namespace offload {

struct pipe_ends {
  unique_fd read, write;
};

/// A pipe that children do not inherit.
[[nodiscard]] result<pipe_ends> make_pipe();

/// Writes without letting a closed pipe kill this process; -1 with errno EPIPE instead.
[[nodiscard]] ssize_t write_without_sigpipe(int fd, std::string_view bytes);

}  // namespace offload
