// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/execution.hpp>
#include <offload/core/framework_event.hpp>
#include <offload/framework/concept.hpp>
#include <offload/runner/last_words.hpp>
#include <offload/runner/settings.hpp>
#include <offload/runner/slot_line.hpp>
#include <offload/runner/start_gate.hpp>

#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <variant>

namespace offload {

/// Listens to a command until it has ended, or the batch's time is up, or the run is stopped, and
/// passes on what is said.
template <Execution E, EventReader R>
class conversation {
 public:
  conversation(slot_line& line, E& running, R reader)
      : line_{line}, running_{running}, reader_{std::move(reader)} {}

  void until_over(std::stop_token const& stop) {
    framework_event_sink const pass_on = [this](framework_event what) {
      line_.pass_on(std::move(what));
    };
    while (line_.has_open()) {
      auto progress = running_.next(line_.time_is_up(), stop);
      if (!progress) {
        line_.close_all({batch_cause::lost, {}, to_string(progress.error())});
      } else if (auto const* some = std::get_if<command_output>(&*progress)) {
        last_words_.hear(*some);
        reader_.feed(some->from, some->bytes, pass_on);
      } else if (auto const* ended = std::get_if<command_ended>(&*progress)) {
        reader_.finish(ended->status, pass_on);
        line_.close_all({batch_cause::exited, ended->status, last_words_.text()});
      } else {
        interrupt(pass_on);
        bool const late = std::holds_alternative<deadline_passed>(*progress);
        line_.close_all(
            {late ? batch_cause::timed_out : batch_cause::stopped, {}, last_words_.text()});
      }
    }
  }

 private:
  /// Ends the command. It may have results to tell before it goes.
  void interrupt(framework_event_sink const& pass_on) {
    bool const listens = tell_interrupted(reader_, pass_on);
    terminate_hearing(running_, [&](command_output const& some) {
      last_words_.hear(some);
      if (listens) { reader_.feed(some.from, some.bytes, pass_on); }
    });
  }

  slot_line& line_;
  E& running_;
  R reader_;
  last_words last_words_;
};

/// Gives batch after batch to a worker, and listens to it.
template <WorkerFramework F, Execution E>
class worker_conversation {
 public:
  /// `turn` ends when the worker has something to say.
  worker_conversation(slot_line& line, F const& framework, E worker, worker_lifetime lifetime,
                      start_gate::turn turn)
      : line_{line},
        framework_{framework},
        worker_{std::move(worker)},
        reader_{framework.worker_reader()},
        lifetime_{lifetime},
        turn_{std::move(turn)} {}

  [[nodiscard]] bool is_alive() const { return alive_; }
  /// Whether the worker takes it; one that has died meanwhile does not.
  [[nodiscard]] bool take(batch const& tests) {
    return static_cast<bool>(worker_.write(framework_.ask(tests)));
  }

  /// Has the worker list tests, before it gets any to run.
  void list(std::size_t job, discovery_job const& what, std::stop_token const& stop) {
    bool over = false;
    framework_event_sink const pass_on = [&](framework_event said) {
      over = over || std::holds_alternative<listing_done>(said) ||
             std::holds_alternative<listing_failed>(said);
      line_.pass_on_listing(job, std::move(said));
    };
    line_.start_clock();
    (void)worker_.write(what.input);  // when it is gone already, how it ended is read below
    std::optional<error> failed;
    auto listing_reader = framework_.discovery_reader(what);
    while (!over && alive_) { failed = listen(listing_reader, stop, pass_on); }
    line_.end_listing(job, over ? std::nullopt : std::move(failed));
  }

  /// Listens until all open batches are over. Returns a batch that came by looking ahead, but wants
  /// a fresh worker.
  [[nodiscard]] std::optional<batch> until_over(std::stop_token const& stop) {
    framework_event_sink const answer_or_pass_on = [&](framework_event said) {
      if (std::holds_alternative<next_wanted>(said)) {
        look_ahead(stop);
      } else if (std::holds_alternative<batch_done>(said)) {
        line_.close_first({});
      } else {
        line_.pass_on(std::move(said));
      }
    };
    while (line_.has_open()) { (void)listen(reader_, stop, answer_or_pass_on); }
    return std::exchange(postponed_, std::nullopt);
  }

  /// Lets the worker end by itself, in bounded time.
  void dismiss(std::stop_token const& stop) {
    worker_.close_input();
    line_.start_clock(longest_farewell);
    while (alive_) {
      auto const how = listen(reader_, stop, [](framework_event const&) {});
      if (how && how->code == errc::sandbox) { line_.warn("a worker was killed: " + how->message); }
    }
  }

 private:
  void look_ahead(std::stop_token const& stop) {
    if (lifetime_ != worker_lifetime::run) { return worker_.close_input(); }
    auto next = line_.ask(answer::at_once, stop);
    if (next && std::holds_alternative<nothing_now>(*next)) {
      (void)worker_.write(framework_.ask_nothing());
    } else if (auto* tests = next ? std::get_if<batch>(&*next) : nullptr;
               tests != nullptr && tests->wants == worker_state::any) {
      line_.open(*tests);
      (void)take(*tests);
    } else {
      if (tests != nullptr) { postponed_ = std::move(*tests); }
      worker_.close_input();
    }
  }

  /// One step. When it is the worker's last, closes what is open and returns what happened.
  template <EventReader R>
  std::optional<error> listen(R& reader, std::stop_token const& stop,
                              framework_event_sink const& emit) {
    auto progress = worker_.next(line_.time_is_up(), stop);
    turn_.end();
    if (!progress) {
      alive_ = false;
      line_.close_all({batch_cause::lost, {}, to_string(progress.error())});
      return std::move(progress.error());
    }
    if (auto const* some = std::get_if<command_output>(&*progress)) {
      last_words_.hear(*some);
      reader.feed(some->from, some->bytes, emit);
      return std::nullopt;
    }
    alive_ = false;
    if (auto const* ended = std::get_if<command_ended>(&*progress)) {
      reader.finish(ended->status, emit);
      line_.close_all({batch_cause::exited, ended->status, last_words_.text()});
      return error{errc::process, fmt::format("it ended with {}", to_string(ended->status)),
                   last_words_.text()};
    }
    worker_.terminate();
    bool const late = std::holds_alternative<deadline_passed>(*progress);
    line_.close_all({late ? batch_cause::timed_out : batch_cause::stopped, {}, last_words_.text()});
    return late ? error{errc::sandbox, "it did not end in time"}
                : error{errc::process, "it was stopped"};
  }

  /// What a worker may take to end when it has nothing left to do: to save its coverage, say.
  static constexpr seconds longest_farewell{30};

  slot_line& line_;
  F const& framework_;
  E worker_;
  decltype(std::declval<F const&>().worker_reader()) reader_;
  worker_lifetime lifetime_;
  start_gate::turn turn_;
  last_words last_words_;
  std::optional<batch> postponed_;
  bool alive_ = true;
};

}  // namespace offload
