// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/command.hpp>
#include <offload/core/error.hpp>
#include <offload/process/unique_fd.hpp>

#include <array>
#include <string>
#include <vector>

namespace offload {

/// A process that another one has forked for this one, and the connection to that parent.
struct forked_child {
  int pid;
  unique_fd parent;
};

/// Asks the process that listens at `socket`, a file, for a fork with these standard streams.
/// `variables` are "NAME=value"; the fork gets those of Offload.
/// src/framework/offload_pytest_forks.py describes the messages.
[[nodiscard]] result<forked_child> fork_at(std::string const& socket,
                                           std::vector<std::string> const& variables,
                                           std::array<int, 3> const& streams);

/// Has the parent reap its child, which has exited or has been killed. If the parent is gone,
/// nobody knows how: the child counts as killed.
[[nodiscard]] exit_status reap_at(unique_fd& parent);

}  // namespace offload
