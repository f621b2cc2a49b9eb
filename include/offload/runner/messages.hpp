// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>
#include <offload/core/framework_event.hpp>
#include <offload/core/ids.hpp>
#include <offload/core/secret_mask.hpp>
#include <offload/core/time.hpp>
#include <offload/runner/assignment.hpp>
#include <offload/runner/batch_closing.hpp>
#include <offload/runner/message_queue.hpp>
#include <offload/runner/queue.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <variant>

/// The messages between the threads of a run. Every slot and every listing sends messages to the
/// one dispatcher, and the dispatcher answers the slots.
namespace offload {

struct slot_is_up {
  slot_id slot;
  sandbox_id sandbox;
  seconds took{};  ///< to be made
};

struct slot_wants_work {
  slot_id slot;
  answer needed{};
};

struct slot_heard {
  slot_id slot;
  batch_id batch;
  framework_event what;
  time_point at;
  bool is_after_batches = false;  ///< no batch is open, and `batch` was the last
};

struct batch_is_over {
  slot_id slot;
  batch_id batch;
  batch_closing how;
  time_point at;
};

struct slot_warns {
  slot_id slot;
  std::string text;
};

/// The slot has done its last work, and destroys its sandbox now. `why` is the error when this was
/// not requested.
struct slot_has_ended {
  slot_id slot;
  std::optional<error> why;
};

/// The sandbox of the slot is destroyed. This is the slot's last message.
struct sandbox_is_gone {
  slot_id slot;
  seconds took{};
};

struct listing_heard {
  std::size_t job{};
  framework_event what;
};

/// The command of a listing has ended, or could not run.
struct listing_is_over {
  std::size_t job{};
  std::optional<error> failed;
};

/// The slot that was to do a listing has not begun it: another can.
struct listing_given_back {
  std::size_t job{};
};

struct preparation_heard {
  std::string line;
};
struct preparation_is_over {
  std::optional<error> failed;
};

struct stop_was_asked {};

/// Any of these; compiled once, as `framework_event` is.
struct message
    : std::variant<slot_is_up, slot_wants_work, slot_warns, slot_heard, batch_is_over,
                   slot_has_ended, sandbox_is_gone, listing_heard, listing_is_over,
                   listing_given_back, preparation_heard, preparation_is_over, stop_was_asked> {
  using variant::variant;
  message(message&&) noexcept;
  message& operator=(message&&) noexcept;
  ~message();
};

/// Masks secrets in the message's texts for the user, except in the output of tests. All messages
/// of a run pass through this function, and nothing else is reported.
void redact(message& said, secret_mask const& mask);

#ifndef OFFLOAD_HEADER_ONLY
extern template class blocking_queue<message>;
extern template class blocking_queue<assignment>;
#endif

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/runner/messages-inl.hpp>
#endif
