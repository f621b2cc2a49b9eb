// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/execution.hpp>
#include <offload/core/framework_event.hpp>
#include <offload/framework/concept.hpp>
#include <offload/runner/listener.hpp>
#include <offload/runner/listing.hpp>
#include <offload/runner/run_host.hpp>
#include <offload/runner/settings.hpp>
#include <offload/runner/slot_mailbox.hpp>
#include <offload/runner/start_limit.hpp>
#include <offload/runner/startup_semaphore.hpp>

#include <fmt/core.h>

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

/// The start-up of a command that has said nothing of a test, or of a file, yet. It has a limit of
/// its own, and the sandbox, no test, is to blame for a command that is never ready.
class start_up {
 public:
  /// `limit` has to outlive it.
  explicit start_up(start_limit& limit) : limit_{limit} {}

  [[nodiscard]] bool is_over() const { return is_over_; }
  /// The command has something to get ready for.
  void begin() { began_ = steady_clock::now(); }
  /// Whether it ends with this event.
  [[nodiscard]] bool ends_with(framework_event const& said) {
    bool const says_nothing_of_it = std::holds_alternative<output_text>(said) ||
                                    std::holds_alternative<framework_warning>(said) ||
                                    std::holds_alternative<worker_ready>(said);
    if (is_over_ || says_nothing_of_it) { return false; }
    limit_.learn(steady_clock::now() - began_);
    return is_over_ = true;
  }
  [[nodiscard]] seconds limit() const { return limit_.value(); }

  [[nodiscard]] batch_closing seen(batch_closing how) const {
    if (how.cause != batch_cause::timed_out || is_over_) { return how; }
    return {batch_cause::lost, {}, "the tests' process was not ready in time (start_timeout_secs)"};
  }

 private:
  start_limit& limit_;
  time_point began_ = steady_clock::now();
  bool is_over_ = false;
};

/// Listens to a batch's command until it has ended, its time is up, or it is stopped. Passes on its
/// messages. Without `starts`, the time of the batch begins with the command.
template <Execution E, EventReader R>
void converse(slot_mailbox& mailbox, E& running, R reader, std::optional<start_up> starts,
              std::stop_token const& stop) {
  if (starts) { mailbox.start_clock(starts->limit()); }
  framework_event_sink const pass_on = [&](framework_event what) {
    if (starts && starts->ends_with(what)) { mailbox.start_clock(); }
    mailbox.pass_on(std::move(what));
  };
  listener<E&> ear{running};
  while (mailbox.has_open()) {
    auto const end = ear.step(reader, mailbox.time_is_up(), mailbox.cancelled(), pass_on);
    if (end) { mailbox.close_all(seen_from_run(starts ? starts->seen(*end) : *end, stop)); }
  }
}

/// Gives batch after batch to a worker, and listens to it.
template <WorkerFramework F, Execution E>
class worker_conversation {
 public:
  /// `permit` is released when the worker writes its first message.
  worker_conversation(slot_mailbox& mailbox, F const& framework, slot_job const& job, E worker,
                      startup_semaphore::permit permit)
      : mailbox_{mailbox},
        framework_{framework},
        lifetime_{job.framework.workers},
        forks_workers_{job.forks_workers},
        ear_{std::move(worker)},
        reader_{framework.worker_reader()},
        settings_{job.settings},
        limit_of_start_{job.limit_of_start},
        permit_{std::move(permit)},
        start_up_{job.limit_of_start} {}

  [[nodiscard]] bool is_alive() const { return alive_; }
  /// Whether the worker takes the batch. A worker that has crashed meanwhile does not.
  [[nodiscard]] bool take(batch const& tests) {
    return static_cast<bool>(ear_.running().write(framework_.ask(tests)));
  }

  /// Makes the worker list tests, before it gets any to run. Returns whether it forks workers from
  /// now on, and takes no tests itself.
  [[nodiscard]] bool list(std::size_t job, discovery_job const& what, std::stop_token const& stop) {
    bool over = false;
    bool waits_for_forks = forks_workers_;
    bool forks = false;
    framework_event_sink const pass_on = [&](framework_event said) {
      (void)start_up_.ends_with(said);
      bool const failed = std::holds_alternative<listing_failed>(said);
      over = over || failed || std::holds_alternative<listing_done>(said);
      if (auto const* answer = std::get_if<worker_forks>(&said)) {
        forks = answer->why_not.empty();
        waits_for_forks = false;
      }
      waits_for_forks = waits_for_forks && !failed;
      mailbox_.pass_on_listing(job, std::move(said));
    };
    auto const limit = start_up_.limit();
    mailbox_.start_clock(limit);
    (void)ear_.running().write(what.input);  // if it has ended, its exit status is read below
    std::optional<batch_closing> end;
    auto listing_reader = framework_.discovery_reader(what);
    while (!over && alive_) { end = listen(listing_reader, stop, pass_on); }
    // The other slots begin when the listing has ended, and need to be able to have a fork.
    while (waits_for_forks && alive_) { (void)listen(reader_, stop, pass_on); }
    bool const fine = over || !end;
    mailbox_.end_listing(job, fine ? std::nullopt : std::optional{listing_error(*end, limit)});
    return forks && alive_;
  }

  [[nodiscard]] E release() && { return std::move(ear_).release(); }

  /// Listens until all open batches are over. Returns a batch that was assigned by looking ahead
  /// but needs a fresh worker.
  [[nodiscard]] std::optional<assigned> until_over(std::stop_token const& stop) {
    if (!start_up_.is_over()) {
      start_up_.begin();
      mailbox_.start_clock(start_up_.limit());
    }
    framework_event_sink const answer_or_pass_on = [&](framework_event said) {
      if (start_up_.ends_with(said)) { mailbox_.start_clock(); }
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
      if (end) { mailbox_.close_all(seen_from_run(start_up_.seen(*end), stop)); }
    }
    return std::exchange(postponed_, std::nullopt);
  }

  /// Waits a bounded time for the worker to end by itself. It may yet fail, outside of all tests.
  void dismiss(std::stop_token const& stop) {
    ear_.running().close_input();
    mailbox_.start_clock(limit_of_start_.farewell());
    framework_event_sink const failures = [&](framework_event said) {
      if (auto* failed = std::get_if<outside_failure>(&said)) {
        mailbox_.failed_outside(std::move(*failed));
      } else if (auto* warning = std::get_if<framework_warning>(&said)) {
        mailbox_.warn(std::move(warning->text));
      }
    };
    while (alive_) {
      auto const end = listen(reader_, stop, failures);
      if (!end) { continue; }
      if (end->cause == batch_cause::timed_out && !start_up_.is_over()) {
        mailbox_.warn("a worker that has run no test was killed: it did not end in time");
      } else if (end->cause == batch_cause::timed_out) {
        auto const limit = limit_of_start_.farewell().count();
        mailbox_.failed_outside(
            {"the end of the tests' process",
             fmt::format("it did not end within {:g} s (start_timeout_secs), and was killed",
                         limit)});
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

  /// Takes one step. Returns how the worker ended, when the step is its last.
  template <EventReader R>
  std::optional<batch_closing> listen(R& reader, std::stop_token const& stop,
                                      framework_event_sink const& emit) {
    auto end = ear_.step(reader, mailbox_.time_is_up(), stop, emit);
    permit_.release();
    alive_ = !end;
    return end;
  }

  slot_mailbox& mailbox_;
  F const& framework_;
  worker_lifetime lifetime_;
  bool forks_workers_;
  listener<E> ear_;
  decltype(std::declval<F const&>().worker_reader()) reader_;
  run_settings const& settings_;
  start_limit& limit_of_start_;
  startup_semaphore::permit permit_;
  start_up start_up_;
  std::optional<assigned> postponed_;
  bool alive_ = true;
};

}  // namespace offload
