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

/// What a running command did next. After `command_ended` there is nothing more.
using command_progress =
    std::variant<command_output, command_ended, deadline_passed, stop_was_requested>;

/// Whether a command can be written to while it runs, or finds its standard input empty.
enum class input { none, streamed };

/// When to give up waiting; none waits for ever.
using deadline = std::optional<time_point>;

/// A command that is running somewhere. One thread at a time uses it.
///
/// `E` models `Execution` when, for an lvalue `e`:
///   1. `E` is movable, and destroying it ends the command with everything it has started;
///   2. `e.next(until, stop)` blocks until the command writes or ends, until the deadline, or until
///      `stop` is requested, whichever is first. An error means that contact is lost;
///   3. `e.write(bytes)` hands bytes to its standard input, and fails when nobody reads them;
///   4. `e.close_input()` ends its standard input;
///   5. `e.terminate()` ends the command with everything it has started, and returns how it ended.
template <class E>
concept Execution = std::movable<E> &&
                    requires(E& e, deadline until, std::stop_token stop, std::string_view bytes) {
                      { e.next(until, stop) } -> std::same_as<result<command_progress>>;
                      { e.write(bytes) } -> std::same_as<result<void>>;
                      { e.close_input() } -> std::same_as<void>;
                      { e.terminate() } -> std::same_as<exit_status>;
                    };

/// Gets what a command writes.
using output_sink = std::function<void(command_output const&)>;

/// Ends `e` with everything it has started. What it still writes while it ends goes to `hear`, if
/// `e` has `terminate(hear)`; it is lost otherwise.
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
