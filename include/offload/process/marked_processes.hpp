// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace offload {

/// Every process that a sandbox starts inherits variables that say whose it is. So what has left
/// its process group (`setsid`, a daemon) is found again, as long as it, or the process that has
/// started it and still runs, keeps its environment.
inline constexpr std::string_view sandbox_variable = "OFFLOAD_SANDBOX_ID";
/// Names the process that runs the run: "<pid>:<start time>".
inline constexpr std::string_view runner_variable = "OFFLOAD_RUNNER";

/// Marks, beside the runner, the processes that make a sandbox: "<file that will hold its id>".
/// Nobody ends these when their runner is gone, or nobody would ever know what they have made.
inline constexpr std::string_view creation_variable = "OFFLOAD_CREATION";

/// The value of `runner_variable` for this process.
[[nodiscard]] std::string this_runner();

/// Whether the process that a value of `runner_variable` names still runs on this machine.
[[nodiscard]] bool is_running(std::string_view runner);

/// Whether that process lives and has this variable in its environment.
[[nodiscard]] bool is_marked(int pid, std::string_view variable, std::string_view value);

/// Kills every process whose sandbox variable begins with `prefix`, and what it has started, and
/// returns how many there were. Does nothing where the system has no /proc.
std::size_t end_processes_of_sandboxes(std::string_view prefix);

/// What to do with processes that make a sandbox.
enum class creations { end, spare };

/// Kills every marked process of a runner, for instance of this one.
std::size_t end_processes_of_runner(std::string_view runner, creations those = creations::end);

/// At the end of its scope, whatever has left the group of a process that this one has started is
/// killed, wherever it was started: in a sandbox, or while tests were listed.
class last_sweep {
 public:
  last_sweep() = default;
  last_sweep(last_sweep const&) = delete;
  last_sweep& operator=(last_sweep const&) = delete;
  ~last_sweep() { end_processes_of_runner(this_runner()); }
};

/// Kills what runs left behind that were themselves killed: marked processes whose runner is gone,
/// but for those that make a sandbox.
std::size_t end_processes_of_dead_runners();

}  // namespace offload
