// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <string>
#include <vector>

namespace offload {

struct env_var {
  std::string name{};
  std::string value{};

  bool operator==(env_var const&) const = default;
};

/// A program to run in a sandbox, independent of how the sandbox is reached.
struct command {
  std::vector<std::string> argv{};      ///< program and arguments; never empty
  std::vector<env_var> env{};           ///< set on top of the sandbox's environment
  std::vector<env_var> search_paths{};  ///< prepended to a `:`-separated variable
  std::string working_dir{};            ///< empty: the sandbox's own
  /// Where the process listens for requests to fork workers, for this sandbox and others: a socket.
  std::string forks_at{};
  /// The same for a process that `argv` has started before. Where a sandbox can, it has that
  /// process fork a child instead of starting `argv` anew.
  std::string fork_from{};

  bool operator==(command const&) const = default;
};

/// How a process ended: by `exit` with `code`, or killed by `signal` (then `code` is 128 + signal).
struct exit_status {
  int code{};
  int signal{};

  [[nodiscard]] bool ok() const { return code == 0 && signal == 0; }
  bool operator==(exit_status const&) const = default;
};

/// "exit status 3" or "signal 11 (SIGSEGV)".
[[nodiscard]] std::string to_string(exit_status const& status);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/core/command-inl.hpp>
#endif
