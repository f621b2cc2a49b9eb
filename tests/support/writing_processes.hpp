// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <vector>

namespace offload::testing {

/// Calls `write(index)` in `count` processes of their own at once; returns how many of them it
/// returned true in. Call it while this process has one thread.
template <class Write>
int succeeded_in_processes(int count, Write const& write) {
  std::vector<pid_t> children;
  for (int i = 0; i < count; ++i) {
    auto const pid = ::fork();
    if (pid == 0) { ::_exit(write(i) ? 0 : 1); }
    if (pid > 0) { children.push_back(pid); }
  }
  int succeeded = 0;
  for (auto const pid : children) {
    int status = 0;
    if (::waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0) {
      ++succeeded;
    }
  }
  return succeeded;
}

}  // namespace offload::testing
