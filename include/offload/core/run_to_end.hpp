// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/execution.hpp>
#include <offload/core/keep_tail.hpp>

#include <stop_token>
#include <string>
#include <utility>
#include <variant>

namespace offload {

/// How a command ended, and the end of what it wrote on both streams, as it came.
struct ended_command {
  exit_status status{};
  std::string output_tail{};
};

/// Waits for a command that is not expected to say much. Fails when contact is lost, when its time
/// is up or when `stop` is requested; then it is ended.
template <Execution E>
[[nodiscard]] result<ended_command> run_to_end(E& running, deadline until, std::stop_token stop) {
  ended_command done;
  for (;;) {
    auto progress = running.next(until, stop);
    if (!progress) { return tl::unexpected(progress.error()); }
    if (auto const* some = std::get_if<command_output>(&*progress)) {
      keep_tail(done.output_tail, some->bytes);
    } else if (auto const* ended = std::get_if<command_ended>(&*progress)) {
      done.status = ended->status;
      return done;
    } else {
      running.terminate();
      bool const late = std::holds_alternative<deadline_passed>(*progress);
      return late ? fail(errc::sandbox, "it did not end in time")
                  : fail(errc::sandbox, "it was stopped");
    }
  }
}

}  // namespace offload
