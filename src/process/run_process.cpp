// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/core/shell_words.hpp>
#include <offload/process/child_process.hpp>

#include <utility>

namespace offload {

result<finished_process> run_process(std::vector<std::string> const& argv, start_options options,
                                     std::string_view stdin_text, deadline until,
                                     std::stop_token stop) {
  options.with = stdin_text.empty() ? input::none : input::streamed;
  auto child = child_process::start(argv, options);
  if (!child) { return tl::unexpected(child.error()); }
  // A command that does not read its input has not failed: its exit status decides.
  if (!stdin_text.empty()) { (void)child->write(stdin_text); }
  child->close_input();

  finished_process done;
  for (;;) {
    auto progress = child->next(until, stop);
    if (!progress) { return tl::unexpected(progress.error()); }
    if (auto* some = std::get_if<command_output>(&*progress)) {
      (some->from == stream::out ? done.out : done.err) += some->bytes;
    } else if (auto* ended = std::get_if<command_ended>(&*progress)) {
      done.status = ended->status;
      return done;
    } else {
      child->terminate();
      bool const late = std::holds_alternative<deadline_passed>(*progress);
      return fail(errc::process, "`{}` {}", shell::joined(argv),
                  late ? "did not end in time" : "was stopped");
    }
  }
}

}  // namespace offload
