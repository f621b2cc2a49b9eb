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
  seconds grace{2.0};  ///< between SIGTERM and SIGKILL
};

/// A child process in a process group of its own, with its output on pipes.
///
/// The group ends with the leader: when the leader has exited, the remaining processes of its group
/// are killed, so that none of them keeps running or keeps the pipes open. Models `Execution`.
class child_process {
 public:
  /// Starts `argv`. The program is looked up in the PATH of `options.env`. Fails with
  /// `errc::not_found` if the program or the working directory does not exist, with
  /// `errc::unavailable` if the command is too long for the system, otherwise with `errc::process`.
  [[nodiscard]] static result<child_process> start(std::vector<std::string> const& argv,
                                                   start_options const& options);

  /// Instead of a program, starts a fork of the process that listens at `socket`, a file. The fork
  /// has the folder and the environment of that process, except for Offload's own variables. It is
  /// a child of that process and not of this one. Fails with `errc::unavailable`.
  [[nodiscard]] static result<child_process> fork(std::string const& socket,
                                                  start_options const& options);

  child_process(child_process&&) noexcept;
  child_process& operator=(child_process&&) noexcept;
  ~child_process();

  [[nodiscard]] int pid() const;

  [[nodiscard]] result<command_progress> next(deadline until, std::stop_token stop);
  /// Never blocks: bytes that do not fit into the pipe now are written during `next`.
  [[nodiscard]] result<void> write(std::string_view bytes);
  void close_input();
  /// Asks the group to end (SIGTERM), and kills it after the grace period. Output in the meantime
  /// goes to `hear`, or is dropped.
  exit_status terminate(output_sink const& hear = {});

 private:
  class running;  // holds the descriptors; its destructor ends the process
  explicit child_process(std::unique_ptr<running> process);

  std::unique_ptr<running> process_;
};
static_assert(Execution<child_process>);

/// The output and exit status of a command that has ended.
struct finished_process {
  exit_status status;
  std::string out;
  std::string err;
};

/// Runs a process until it ends, with `stdin_text` as its input. Fails with `errc::process` if the
/// deadline passes or `stop` is requested; the process has ended then, too.
[[nodiscard]] result<finished_process> run_process(std::vector<std::string> const& argv,
                                                   start_options options,
                                                   std::string_view stdin_text = {},
                                                   deadline until = {}, std::stop_token stop = {});

/// The path of `program` in `search_path` (a list as in PATH), or `program` itself if it contains a
/// slash. Nothing if there is no such executable file.
[[nodiscard]] std::optional<std::string> find_program(std::string_view program,
                                                      std::string_view search_path);

}  // namespace offload
