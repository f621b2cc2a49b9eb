// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/command.hpp>
#include <offload/core/error.hpp>
#include <offload/core/execution.hpp>
#include <offload/core/time.hpp>
#include <offload/process/environment.hpp>

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace offload {

/// How to start a process.
struct start_options {
  environment env = environment::inherited();
  std::string working_dir{};  ///< empty: this process's own
  input with = input::none;
  seconds grace{2.0};  ///< between the request to end and the order
};

/// A child process in a process group of its own, with its output on pipes.
///
/// The group ends with the leader: whatever it has started and left in its group is killed when it
/// has exited, so that nothing stays behind and nobody keeps the pipes open. Models `Execution`.
class child_process {
 public:
  /// Starts `argv`, found along the PATH of `options.env`. Fails with `errc::not_found` when there
  /// is no such program or working directory, with `errc::process` otherwise.
  [[nodiscard]] static result<child_process> start(std::vector<std::string> const& argv,
                                                   start_options const& options);

  child_process(child_process&&) noexcept;
  child_process& operator=(child_process&&) noexcept;
  ~child_process();

  [[nodiscard]] int pid() const;

  [[nodiscard]] result<command_progress> next(deadline until, std::stop_token stop);
  /// Never blocks: what the pipe does not take now is written during `next`.
  [[nodiscard]] result<void> write(std::string_view bytes);
  void close_input();
  /// Asks the group to end (SIGTERM), and kills it when it has not within the grace period. Output
  /// that comes meanwhile goes to `hear`, or is dropped.
  exit_status terminate(output_sink const& hear = {});

 private:
  class running;  // holds the descriptors; its end is the process's end
  explicit child_process(std::unique_ptr<running> process);

  std::unique_ptr<running> process_;
};
static_assert(Execution<child_process>);

/// What a command that was run to its end wrote, and how it ended.
struct finished_process {
  exit_status status;
  std::string out;
  std::string err;
};

/// Runs a process to its end, feeding it `stdin_text`. Fails with `errc::process` when the deadline
/// passes or `stop` is requested; the process is gone then.
[[nodiscard]] result<finished_process> run_process(std::vector<std::string> const& argv,
                                                   start_options options,
                                                   std::string_view stdin_text = {},
                                                   deadline until = {}, std::stop_token stop = {});

/// Where `program` is found along `search_path` (as in PATH), or the program itself when it holds a
/// slash; nothing when there is no such executable file.
[[nodiscard]] std::optional<std::string> find_program(std::string_view program,
                                                      std::string_view search_path);

}  // namespace offload
