// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace offload {

/// Every process that a sandbox starts inherits variables that name its owner. They identify
/// processes that have left their process group (`setsid`, daemons), as long as the process itself
/// or its running parent keeps its environment.
inline constexpr std::string_view sandbox_variable = "OFFLOAD_SANDBOX_ID";
/// Names the runner process: "<pid>:<start time>".
inline constexpr std::string_view runner_variable = "OFFLOAD_RUNNER";

/// Marks the processes that create a sandbox, in addition to the runner: "<file that will hold its
/// id>". They are not killed when their runner is gone, because otherwise the sandbox that they
/// create would be lost.
inline constexpr std::string_view creation_variable = "OFFLOAD_CREATION";

/// The value of `runner_variable` for this process.
[[nodiscard]] std::string this_runner();

/// Whether the process named by a value of `runner_variable` still runs on this machine.
[[nodiscard]] bool is_running(std::string_view runner);

/// Whether that process runs and has this variable in its environment.
[[nodiscard]] bool is_marked(int pid, std::string_view variable, std::string_view value);

/// Kills every process whose sandbox variable begins with `prefix`, and its descendants. Returns
/// the number of killed processes. Does nothing on a system without /proc.
std::size_t end_processes_of_sandboxes(std::string_view prefix);

/// Whether processes that create a sandbox are killed too.
enum class creations { end, spare };

/// Kills every marked process of a runner, such as this one.
std::size_t end_processes_of_runner(std::string_view runner, creations those = creations::end);

/// Kills at the end of its scope all processes that have left the process group in which this
/// process started them, both in sandboxes and during discovery.
class last_sweep {
 public:
  last_sweep() = default;
  last_sweep(last_sweep const&) = delete;
  last_sweep& operator=(last_sweep const&) = delete;
  ~last_sweep() { end_processes_of_runner(this_runner()); }
};

/// Kills the processes left by killed runs: marked processes whose runner is gone, except those
/// that create a sandbox.
std::size_t end_processes_of_dead_runners();

}  // namespace offload
