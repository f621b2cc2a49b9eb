// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/batch.hpp>
#include <offload/core/error.hpp>
#include <offload/core/framework_event.hpp>
#include <offload/core/ids.hpp>
#include <offload/core/time.hpp>
#include <offload/runner/assignment.hpp>
#include <offload/runner/batch_closing.hpp>
#include <offload/runner/message_queue.hpp>

#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace offload {

/// A batch that is over, as far as the slot can tell.
struct closed_batch {
  batch_id id{};
  batch_cause cause{};
  bool went_wrong = false;  ///< a test was bad, or its process ended during a test
};

/// A slot's connection to the dispatcher, and its list of open batches: one, or two when a worker
/// has looked ahead. Messages belong to the oldest open batch. Used by the slot's thread.
class slot_mailbox {
 public:
  slot_mailbox(slot_id slot, seconds batch_timeout, assignment_queue& assignments,
               message_queue& messages);
  slot_mailbox(slot_mailbox const&) = delete;
  slot_mailbox& operator=(slot_mailbox const&) = delete;
  ~slot_mailbox();

  /// The sandbox is there, and took that long to be made.
  void came_up(sandbox_id sandbox, seconds took);
  /// The sandbox is not used any more; `why` if that was not requested. Open batches end with it
  /// as lost, and a listing that has not begun is given back.
  void has_ended(std::optional<error> why);

  /// The dispatcher's answer; nothing when the run is stopped.
  [[nodiscard]] std::optional<assignment> ask(answer needed, std::stop_token const& stop);
  /// Waits for tests; nothing when there are no more.
  [[nodiscard]] std::optional<assigned> ask_for_tests(std::stop_token const& stop);

  void open(assigned const& work);
  [[nodiscard]] bool has_open() const;
  /// Says that the oldest open batch is to end, by itself or with the whole run.
  [[nodiscard]] std::stop_token cancelled() const;
  /// When the time of the oldest open batch is up, which begins anew with each test that finishes:
  /// a process that is ended too early takes along what its session would have said at its end.
  /// Without an open batch, when a worker must have ended.
  [[nodiscard]] time_point time_is_up() const { return time_is_up_; }

  void pass_on(framework_event what);
  /// The worker has failed outside of all tests while no batch was open.
  void failed_outside(outside_failure what);
  /// The slot is to do this listing.
  void takes_over_listing(std::size_t job) { listing_ = job; }
  void pass_on_listing(std::size_t job, framework_event what);
  void end_listing(std::size_t job, std::optional<error> failed);

  /// Whether contact was lost several times in a row, or something failed before any test of a
  /// batch, such as a global set-up. The sandbox gets no other batch then.
  [[nodiscard]] bool is_given_up() const {
    return losses_in_a_row_ >= most_losses_in_a_row || !set_up_failure_.empty();
  }
  /// The error for that, with what happened last.
  [[nodiscard]] error why_given_up(sandbox_id const& sandbox) const;

  /// The command of the only open batch is too long for the system. That is the fault of no
  /// sandbox: a test alone fails for it, and several run again on their own.
  void refuse(batch const& tests, error const& why);
  void close_first(batch_closing const& how);
  /// Closes all batches. `how` is about the oldest; nothing has happened in the others.
  void close_all(batch_closing const& how);
  void warn(std::string text);
  /// The batch that was closed last.
  [[nodiscard]] std::optional<closed_batch> const& last_closed() const { return last_closed_; }

  /// Sets the time that is left from now on. The default is the limit of a batch.
  void start_clock() { start_clock(batch_timeout_); }
  void start_clock(seconds limit);

 private:
  slot_id slot_;
  seconds batch_timeout_;
  assignment_queue& assignments_;
  message_queue& messages_;
  static constexpr unsigned most_losses_in_a_row = 2;

  struct open_batch {
    batch_id id;
    std::stop_token cancelled;
    std::size_t unfinished{};
    bool is_in_test = false;
    bool had_bad_test = false;
    bool has_finished_test = false;
    std::string failed_outside{};  ///< what has failed outside of all tests
  };
  [[nodiscard]] static bool went_wrong(open_batch const& one, batch_closing const& how);

  std::optional<std::size_t> listing_{};  ///< not ended yet
  bool listing_has_begun_ = false;
  std::optional<closed_batch> last_closed_{};
  std::vector<open_batch> open_;  ///< the oldest first
  time_point time_is_up_{};
  unsigned losses_in_a_row_ = 0;
  std::string last_loss_;
  std::string set_up_failure_;
};

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/runner/slot_mailbox-inl.hpp>
#endif
