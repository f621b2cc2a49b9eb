// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>
#include <offload/core/execution.hpp>
#include <offload/core/preparation_sink.hpp>
#include <offload/core/time.hpp>
#include <offload/process/child_process.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace offload {

/// A command in a sandbox has started and accepts input.
struct modal_started {};
/// The answer to a request. Only the members that belong to the operation are set.
struct modal_answer {
  std::string image{};
  std::string sandbox{};
  int code = 0;
};
/// A message about a request: see `docs/modal-protocol.md`. An answer or an error is the last one.
using modal_message = std::variant<modal_started, command_output, modal_answer, error>;

/// The message of a line and the id of its request; none if the line belongs to no request.
[[nodiscard]] std::optional<std::pair<std::uint64_t, modal_message>> modal_message_in(
    std::string_view line);

class modal_service;

/// A running request. Only one thread may use it at a time.
class modal_call {
 public:
  /// Waits for the next message. Nothing after the deadline or if `stop` is requested.
  [[nodiscard]] std::optional<modal_message> next(deadline until, std::stop_token const& stop);
  /// Waits for the answer and ignores all messages before it.
  [[nodiscard]] result<modal_answer> answer(deadline until, std::stop_token const& stop);
  [[nodiscard]] std::uint64_t id() const { return id_; }

 private:
  friend class modal_service;
  struct mailbox;
  modal_call(std::uint64_t id, std::shared_ptr<mailbox> in) : id_{id}, in_{std::move(in)} {}

  std::uint64_t id_;
  std::shared_ptr<mailbox> in_;
};

/// The silence after which the process is asked whether it still responds, and the number of
/// unanswered questions until it counts as hanging.
struct modal_patience {
  seconds quiet{5};
  unsigned questions = 4;
};

/// A process `modal_sandbox.py serve`, which performs all operations of a run. Several threads may
/// call its functions at once.
///
/// When the process ends, all running calls fail. A process that hangs is killed; its sandboxes
/// keep running. When the last owner releases the service, the process ends and terminates the
/// remaining sandboxes.
class modal_service {
 public:
  /// Starts `argv` and waits until it is ready. When the process ends, it terminates all sandboxes
  /// of `run`, including those that an earlier process created. Fails with `errc::process` if the
  /// process was killed.
  [[nodiscard]] static result<std::shared_ptr<modal_service>> start(
      std::vector<std::string> const& argv, std::string_view run, std::stop_token stop,
      modal_patience patience = {});

  modal_service(modal_service const&) = delete;
  modal_service& operator=(modal_service const&) = delete;
  ~modal_service();

  /// `fields` is a JSON object with the arguments of the operation.
  [[nodiscard]] modal_call ask(std::string_view op, std::string_view fields);
  /// The same without an answer.
  void tell(std::string_view op, std::string_view fields);

  [[nodiscard]] bool is_alive() const;
  /// One line that says how the process ended; empty while it runs.
  [[nodiscard]] std::string why_dead() const;
  /// Ends the process. Returns whether it has terminated all sandboxes of the run.
  [[nodiscard]] bool close();
  /// Sets the receiver of the process's standard error, line by line.
  void listen(preparation_sink say);

 private:
  class state;
  explicit modal_service(std::unique_ptr<state> s);

  std::unique_ptr<state> state_;
};

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/provider/modal_message-inl.hpp>
#endif
