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

/// A command in a sandbox has started, and can be written to.
struct modal_started {};
/// The one answer to a request. Only what it is about is set.
struct modal_answer {
  std::string image{};
  std::string sandbox{};
  int code = 0;
};
/// What is said about a request: `docs/modal-protocol.md`. After an answer or an error there is
/// nothing more.
using modal_message = std::variant<modal_started, command_output, modal_answer, error>;

/// What a line says, and about which request; nothing when it is about none.
[[nodiscard]] std::optional<std::pair<std::uint64_t, modal_message>> modal_message_in(
    std::string_view line);

class modal_service;

/// A request that is under way. One thread at a time uses it.
class modal_call {
 public:
  /// Waits for the next message; nothing when the deadline is over or `stop` was requested.
  [[nodiscard]] std::optional<modal_message> next(deadline until, std::stop_token const& stop);
  /// Waits for its end, passing over everything before it.
  [[nodiscard]] result<modal_answer> answer(deadline until, std::stop_token const& stop);
  [[nodiscard]] std::uint64_t id() const { return id_; }

 private:
  friend class modal_service;
  struct mailbox;
  modal_call(std::uint64_t id, std::shared_ptr<mailbox> in) : id_{id}, in_{std::move(in)} {}

  std::uint64_t id_;
  std::shared_ptr<mailbox> in_;
};

/// When a process that says nothing is asked whether it is still there, and how often in vain.
struct modal_patience {
  seconds quiet{5};
  unsigned questions = 4;
};

/// A process of `modal_sandbox.py serve`, which does everything for a run. Its functions may be
/// called from several threads at once.
///
/// When the process ends, all calls under way end with an error. One that hangs is killed, which
/// leaves the sandboxes alone. The last to let go of the service ends the process, which takes the
/// sandboxes down that are left.
class modal_service {
 public:
  /// Starts `argv` and waits until it is ready. At its end it takes down all sandboxes of `run`,
  /// also those that an earlier process has made. Fails with `errc::process` when somebody has
  /// killed it.
  [[nodiscard]] static result<std::shared_ptr<modal_service>> start(
      std::vector<std::string> const& argv, std::string_view run, std::stop_token stop,
      modal_patience patience = {});

  modal_service(modal_service const&) = delete;
  modal_service& operator=(modal_service const&) = delete;
  ~modal_service();

  /// `fields` is a JSON object, with what the operation needs.
  [[nodiscard]] modal_call ask(std::string_view op, std::string_view fields);
  /// The same, but nobody waits for the answer.
  void tell(std::string_view op, std::string_view fields);

  [[nodiscard]] bool is_alive() const;
  /// How it has ended, in a line; empty while it lives.
  [[nodiscard]] std::string why_dead() const;
  /// Ends the process, and says whether it has taken down all sandboxes of the run.
  [[nodiscard]] bool close();
  /// Where what the process writes on standard error goes, line by line, until it is called again.
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
