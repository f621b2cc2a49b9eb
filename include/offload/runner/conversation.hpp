// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/execution.hpp>
#include <offload/core/framework_event.hpp>
#include <offload/framework/concept.hpp>
#include <offload/runner/listener.hpp>
#include <offload/runner/listing.hpp>
#include <offload/runner/settings.hpp>
#include <offload/runner/slot_mailbox.hpp>
#include <offload/runner/startup_semaphore.hpp>

#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <variant>

namespace offload {

/// How a batch's command ended. The cause is `stopped` only when the whole run is stopped.
[[nodiscard]] inline batch_closing seen_from_run(batch_closing how, std::stop_token const& run) {
  if (how.cause == batch_cause::stopped && !run.stop_requested()) {
    how.cause = batch_cause::cancelled;
  }
  return how;
}

/// Listens to a batch's command until it has ended, its time is up, or it is stopped. Passes on its
/// messages.
template <Execution E, EventReader R>
void converse(slot_mailbox& mailbox, E& running, R reader, std::stop_token const& stop) {
  framework_event_sink const pass_on = [&](framework_event what) {
    mailbox.pass_on(std::move(what));
  };
  listener<E&> ear{running};
  while (mailbox.has_open()) {
    auto const end = ear.step(reader, mailbox.time_is_up(), mailbox.cancelled(), pass_on);
    if (end) { mailbox.close_all(seen_from_run(*end, stop)); }
  }
}

/// Gives batch after batch to a worker, and listens to it.
template <WorkerFramework F, Execution E>
class worker_conversation {
 public:
  /// `permit` is released when the worker writes its first message.
  worker_conversation(slot_mailbox& mailbox, F const& framework, worker_lifetime lifetime, E worker,
                      run_settings const& settings, startup_semaphore::permit permit)
      : mailbox_{mailbox},
        framework_{framework},
        lifetime_{lifetime},
        ear_{std::move(worker)},
        reader_{framework.worker_reader()},
        settings_{settings},
        permit_{std::move(permit)} {}

  [[nodiscard]] bool is_alive() const { return alive_; }
  /// Whether the worker takes the batch. A worker that has crashed meanwhile does not.
  [[nodiscard]] bool take(batch const& tests) {
    return static_cast<bool>(ear_.running().write(framework_.ask(tests)));
  }

  /// Makes the worker list tests, before it gets any to run.
  void list(std::size_t job, discovery_job const& what, std::stop_token const& stop) {
    bool over = false;
    framework_event_sink const pass_on = [&](framework_event said) {
      (void)becomes_ready(said);
      over = over || std::holds_alternative<listing_done>(said) ||
             std::holds_alternative<listing_failed>(said);
      mailbox_.pass_on_listing(job, std::move(said));
    };
    mailbox_.start_clock();
    (void)ear_.running().write(what.input);  // if it has ended, its exit status is read below
    std::optional<batch_closing> end;
    auto listing_reader = framework_.discovery_reader(what);
    while (!over && alive_) { end = listen(listing_reader, stop, pass_on); }
    bool const fine = over || !end;
    mailbox_.end_listing(
        job, fine ? std::nullopt : std::optional{listing_error(*end, settings_.batch_timeout)});
  }

  /// Listens until all open batches are over. Returns a batch that was assigned by looking ahead
  /// but needs a fresh worker.
  [[nodiscard]] std::optional<assigned> until_over(std::stop_token const& stop) {
    if (!is_ready_) { mailbox_.start_clock_of_start_up(); }
    framework_event_sink const answer_or_pass_on = [&](framework_event said) {
      if (becomes_ready(said)) { mailbox_.start_clock(); }
      if (std::holds_alternative<next_wanted>(said)) {
        look_ahead(stop);
      } else if (std::holds_alternative<batch_done>(said)) {
        mailbox_.close_first({});
      } else {
        mailbox_.pass_on(std::move(said));
      }
    };
    while (mailbox_.has_open()) {
      auto const end = listen(reader_, mailbox_.cancelled(), answer_or_pass_on);
      if (end) { mailbox_.close_all(seen(*end, stop)); }
    }
    return std::exchange(postponed_, std::nullopt);
  }

  /// Waits a bounded time for the worker to end by itself. It may yet fail, outside of all tests.
  void dismiss(std::stop_token const& stop) {
    ear_.running().close_input();
    mailbox_.start_clock(longest_farewell);
    framework_event_sink const failures = [&](framework_event said) {
      if (auto* failed = std::get_if<outside_failure>(&said)) {
        mailbox_.failed_outside(std::move(*failed));
      }
    };
    while (alive_) {
      auto const end = listen(reader_, stop, failures);
      if (!end) { continue; }
      if (end->cause == batch_cause::timed_out) {
        mailbox_.warn("a worker was killed: it did not end in time");
      } else if (end->cause == batch_cause::exited && !end->status.ok() && !end->has_reason) {
        mailbox_.failed_outside(contradiction_of(*end));
      }
    }
  }

 private:
  void look_ahead(std::stop_token const& stop) {
    if (lifetime_ != worker_lifetime::run) { return ear_.running().close_input(); }
    // A batch's artifacts are fetched before another begins, which might write the same files.
    if (!settings_.artifacts.globs.empty()) {
      (void)ear_.running().write(framework_.ask_nothing());
      return;
    }
    auto next = mailbox_.ask(answer::at_once, stop);
    if (next && std::holds_alternative<nothing_now>(*next)) {
      (void)ear_.running().write(framework_.ask_nothing());
    } else if (auto* work = next ? std::get_if<assigned>(&*next) : nullptr;
               work != nullptr && work->tests.wants == worker_state::any) {
      mailbox_.open(*work);
      (void)take(work->tests);
    } else {
      if (work != nullptr) { postponed_ = std::move(*work); }
      ear_.running().close_input();
    }
  }

  /// Whether the worker is ready from this event on.
  [[nodiscard]] bool becomes_ready(framework_event const& said) {
    return !std::holds_alternative<output_text>(said) && !std::exchange(is_ready_, true);
  }

  /// The sandbox, and no test, is to blame for a worker that is never ready.
  [[nodiscard]] batch_closing seen(batch_closing const& how, std::stop_token const& stop) const {
    bool const never_ready = how.cause == batch_cause::timed_out && !is_ready_;
    return never_ready ? batch_closing{batch_cause::lost, {}, "the worker was not ready in time"}
                       : seen_from_run(how, stop);
  }

  /// Takes one step. Returns how the worker ended, when the step is its last.
  template <EventReader R>
  std::optional<batch_closing> listen(R& reader, std::stop_token const& stop,
                                      framework_event_sink const& emit) {
    auto end = ear_.step(reader, mailbox_.time_is_up(), stop, emit);
    permit_.release();
    alive_ = !end;
    return end;
  }

  /// The time that a worker has to end when it has no work left, for example to save its coverage.
  static constexpr seconds longest_farewell{30};

  slot_mailbox& mailbox_;
  F const& framework_;
  worker_lifetime lifetime_;
  listener<E> ear_;
  decltype(std::declval<F const&>().worker_reader()) reader_;
  run_settings const& settings_;
  startup_semaphore::permit permit_;
  std::optional<assigned> postponed_;
  bool alive_ = true;
  bool is_ready_ = false;
};

}  // namespace offload
