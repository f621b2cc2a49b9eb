// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/command.hpp>
#include <offload/core/error.hpp>
#include <offload/core/framework_event.hpp>
#include <offload/core/time.hpp>

#include <concepts>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <variant>

namespace offload {

struct command_output {
  stream from{};
  std::string bytes;
};
struct command_ended {
  exit_status status;
};
struct deadline_passed {};
struct stop_was_requested {};

/// The next event of a running command. `command_ended` is the last one.
using command_progress =
    std::variant<command_output, command_ended, deadline_passed, stop_was_requested>;

/// Whether a command's standard input stays open for writes, or is empty.
enum class input { none, streamed };

/// When to stop waiting; none: never.
using deadline = std::optional<time_point>;

/// A command that is running somewhere. Only one thread may use it at a time.
///
/// `E` models `Execution` when, for an lvalue `e`:
///   1. `E` is movable, and destroying it ends the command and all processes it has started;
///   2. `e.next(until, stop)` blocks until the command writes or ends, until the deadline, or until
///      `stop` is requested, whichever is first. An error means that the command can no longer be
///      reached;
///   3. `e.write(bytes)` writes bytes to its standard input, and fails if the command no longer
///      reads it;
///   4. `e.close_input()` closes its standard input;
///   5. `e.terminate()` ends the command and all processes it has started, and returns the exit
///      status.
template <class E>
concept Execution = std::movable<E> &&
                    requires(E& e, deadline until, std::stop_token stop, std::string_view bytes) {
                      { e.next(until, stop) } -> std::same_as<result<command_progress>>;
                      { e.write(bytes) } -> std::same_as<result<void>>;
                      { e.close_input() } -> std::same_as<void>;
                      { e.terminate() } -> std::same_as<exit_status>;
                    };

/// Receives the output of a command.
using output_sink = std::function<void(command_output const&)>;

/// Ends `e` and all processes it has started. If `e` has `terminate(hear)`, the output that it
/// writes while it ends goes to `hear`; otherwise that output is lost.
template <Execution E>
exit_status terminate_hearing(E& e, output_sink const& hear) {
  if constexpr (requires {
                  { e.terminate(hear) } -> std::same_as<exit_status>;
                }) {
    return e.terminate(hear);
  } else {
    static_assert(
        !requires { e.terminate(hear); },
        "terminate(output_sink const&) must return offload::exit_status");
    return e.terminate();
  }
}

}  // namespace offload
