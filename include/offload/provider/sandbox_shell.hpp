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

/// The texts that a POSIX shell in a sandbox is given, on the far side of an exec_command.
namespace offload {

/// What becomes of Offload's files in a sandbox when a command has ended by itself.
enum class files_afterwards { stay, go };

/// What commands in one sandbox have in common.
struct sandbox_shell {
  std::string root;    ///< where commands run
  std::string folder;  ///< of Offload's own, in the sandbox: /tmp/offload-RUN-NUMBER

  /// Runs `c`, and says its exit status in words that nobody else knows: an end without them is the
  /// end of the connection, not of the command.
  [[nodiscard]] std::string running(command const& c, input with, std::string_view secret,
                                    files_afterwards then = files_afterwards::stay) const;

  /// Ends whatever `running` has started with this secret, as far as it shows in /proc. The secrets
  /// of a run have one length: one that another begins with is taken for both.
  [[nodiscard]] std::string ending(std::string_view secret) const;

  /// A script that lays the files and the variables into `folder`.
  [[nodiscard]] std::string setting_up(std::span<support_file const> files,
                                       std::span<env_var const> env) const;
  /// Runs a script of so many bytes that comes on standard input; says "ready-" and `secret` when
  /// it has worked.
  [[nodiscard]] std::string reading_script(std::size_t bytes, std::string_view secret) const;
  /// The same, but says "ready-" and `secret` when
  /// it has worked, and "deaf-" and `secret` when nothing came. Then it waits for what `on_line`
  /// makes of one command with the same secret, and runs that: so a worker needs no connection of
  /// its own. Where the input ends before that, or nobody hears what it says, `folder` is removed,
  /// unless it belongs to another attempt by then. `ending` ends this, too.
  [[nodiscard]] std::string opening(std::size_t bytes, std::string_view secret) const;
  /// The same without standard input: commands to run one after the other.
  [[nodiscard]] std::vector<std::string> holding_script(std::string_view script,
                                                        std::string_view secret) const;
  /// Removes `folder`.
  [[nodiscard]] std::string cleaning_up() const;
};

/// A command for the far side of `opening`; none: it just ends.
[[nodiscard]] std::string on_line(std::string_view command);

/// Ends what commands of a run have left in a sandbox, whose secrets begin with "RUN-", and removes
/// the run's folders.
[[nodiscard]] std::string cleaning_up_after(std::string_view run);

/// What comes before the exit status, and after all output, of a command with this secret.
[[nodiscard]] std::string end_mark(std::string_view secret);

/// Finds the end mark in the output of a command, and keeps it from whoever reads on.
class end_mark_reader {
 public:
  explicit end_mark_reader(std::string_view secret) : mark_{end_mark(secret)} {}

  /// What is certainly output, of what has come so far and was not returned yet.
  [[nodiscard]] std::string feed(std::string_view bytes);
  /// The exit status that stood behind the mark; nothing before that was read whole.
  [[nodiscard]] std::optional<exit_status> status() const;

 private:
  std::string mark_;
  std::string held_;  ///< what may be the beginning of the mark; after the mark, the status
  bool found_ = false;
};

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/provider/sandbox_shell-inl.hpp>
#endif
