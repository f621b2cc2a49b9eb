// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/execution.hpp>
#include <offload/core/keep_tail.hpp>

#include <concepts>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <variant>

namespace offload {

/// Waits for a command while `hear`, which receives its output, returns true. Returns the exit
/// status, or nothing if `hear` returned false. Fails if the command can no longer be reached, at
/// the deadline, or when `stop` is requested. In every case the command has ended.
template <Execution E, std::predicate<command_output const&> Hear>
[[nodiscard]] result<std::optional<exit_status>> run_while(E& running, deadline until,
                                                           std::stop_token stop, Hear hear) {
  for (;;) {
    auto progress = running.next(until, stop);
    if (!progress) { return tl::unexpected(progress.error()); }
    if (auto const* ended = std::get_if<command_ended>(&*progress)) { return ended->status; }
    auto const* some = std::get_if<command_output>(&*progress);
    if (some != nullptr && hear(*some)) { continue; }
    running.terminate();
    if (some != nullptr) { return std::nullopt; }
    bool const late = std::holds_alternative<deadline_passed>(*progress);
    return late ? fail(errc::sandbox, "it did not end in time")
                : fail(errc::sandbox, "it was stopped");
  }
}

/// The exit status of a command, and the end of its output on both streams in the order of arrival.
struct ended_command {
  exit_status status{};
  std::string output_tail{};
};

/// Waits for a command with little output. Fails as `run_while` does.
template <Execution E>
[[nodiscard]] result<ended_command> run_to_end(E& running, deadline until, std::stop_token stop) {
  ended_command done;
  auto const ended = run_while(running, until, std::move(stop), [&](command_output const& some) {
    text::keep_tail(done.output_tail, some.bytes);
    return true;
  });
  if (!ended) { return tl::unexpected(ended.error()); }
  done.status = **ended;
  return done;
}

}  // namespace offload
