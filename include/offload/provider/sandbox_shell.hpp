// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/command.hpp>
#include <offload/core/execution.hpp>
#include <offload/core/support_file.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// The scripts for a POSIX shell in a sandbox, on the far side of an exec_command.
namespace offload {

/// Whether Offload's files in a sandbox are removed when a command has ended by itself.
enum class files_afterwards { stay, go };

/// The settings that commands in one sandbox share.
struct sandbox_shell {
  std::string root;    ///< where commands run
  std::string folder;  ///< Offload's own folder in the sandbox: /tmp/offload-RUN-NUMBER

  /// Runs `c` and prints its exit status with a secret mark. Output that ends without the mark
  /// means that the connection is lost.
  [[nodiscard]] std::string running(command const& c, input with, std::string_view secret,
                                    files_afterwards then = files_afterwards::stay) const;

  /// Ends all processes that `running` started with this secret, as far as /proc shows them. The
  /// secrets of a run have the same length, since a secret also matches longer ones that begin with
  /// it.
  [[nodiscard]] std::string ending(std::string_view secret) const;

  /// A script that writes the files and the variables into `folder`.
  [[nodiscard]] std::string setting_up(std::span<support_file const> files,
                                       std::span<env_var const> env) const;
  /// Runs a script of `bytes` bytes from standard input. Prints "ready-" and `secret` on success.
  [[nodiscard]] std::string reading_script(std::size_t bytes, std::string_view secret) const;
  /// The same, and prints "deaf-" and `secret` if there is no input. Then it waits for one command
  /// in the format of `on_line` with the same secret and runs it, so that a worker needs no
  /// separate connection. If the input ends before that, or its output is closed, `folder` is
  /// removed, unless it belongs to another attempt by then. `ending` ends this, too.
  [[nodiscard]] std::string opening(std::size_t bytes, std::string_view secret) const;
  /// The same without standard input, as commands that run one after the other.
  [[nodiscard]] std::vector<std::string> holding_script(std::string_view script,
                                                        std::string_view secret) const;
  /// Removes `folder`.
  [[nodiscard]] std::string cleaning_up() const;

  /// A command for the far side of `opening`. An empty command makes it end.
  [[nodiscard]] static std::string on_line(std::string_view command);

  /// Ends the remaining processes of a run's commands in a sandbox, whose secrets begin with
  /// "RUN-", and removes the run's folders.
  [[nodiscard]] static std::string cleaning_up_after(std::string_view run);

  /// The mark between the output and the exit status of a command with this secret.
  [[nodiscard]] static std::string end_mark(std::string_view secret);
};

/// Finds the end mark in the output of a command and removes it.
class end_mark_reader {
 public:
  explicit end_mark_reader(std::string_view secret) : mark_{sandbox_shell::end_mark(secret)} {}

  /// The new output, as far as it cannot be part of the mark.
  [[nodiscard]] std::string feed(std::string_view bytes);
  /// The exit status after the mark; nothing until it has been read completely.
  [[nodiscard]] std::optional<exit_status> status() const;

 private:
  std::string mark_;
  std::string held_;  ///< a possible beginning of the mark; after the mark, the status
  bool found_ = false;
};

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/provider/sandbox_shell-inl.hpp>
#endif
