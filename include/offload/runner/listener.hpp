// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/cut_text.hpp>
#include <offload/core/execution.hpp>
#include <offload/core/framework_event.hpp>
#include <offload/core/keep_tail.hpp>
#include <offload/core/trimmed.hpp>
#include <offload/framework/concept.hpp>
#include <offload/runner/batch_closing.hpp>

#include <fmt/core.h>

#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <variant>

namespace offload {

/// Listens to one command, until its end at the latest. Holds the execution, or refers to it when
/// `E` is a reference.
template <class E>
  requires Execution<std::remove_reference_t<E>>
class listener {
 public:
  explicit listener(E running) : running_{std::forward<E>(running)} {}

  /// Waits for what the command does next, and has `reader` emit what it said. Returns how it ended
  /// if that was its end: it ended itself, contact was lost, or its time was up or `stop`
  /// requested, and it was terminated.
  template <EventReader R>
  [[nodiscard]] std::optional<batch_closing> step(R& reader, deadline until,
                                                  std::stop_token const& stop,
                                                  framework_event_sink const& emit) {
    auto progress = running_.next(until, stop);
    if (!progress) { return batch_closing{batch_cause::lost, {}, to_string(progress.error())}; }
    framework_event_sink const heard = [&](framework_event what) {
      note(what, failures_explain_status(reader));
      emit(std::move(what));
    };
    if (auto const* some = std::get_if<command_output>(&*progress)) {
      keep(*some);
      reader.feed(some->from, some->bytes, heard);
      return std::nullopt;
    }
    if (auto const* ended = std::get_if<command_ended>(&*progress)) {
      reader.finish(ended->status, heard);
      return batch_closing{batch_cause::exited, ended->status, last_words(), has_reason_};
    }
    interrupt(reader, heard);
    bool const late = std::holds_alternative<deadline_passed>(*progress);
    return batch_closing{late ? batch_cause::timed_out : batch_cause::stopped, {}, last_words()};
  }

  [[nodiscard]] std::remove_reference_t<E>& running() { return running_; }
  [[nodiscard]] E release() && { return std::move(running_); }

 private:
  /// Whether this is a reason for the command to end with a status that is not 0. `failures`: a
  /// failed test is one.
  [[nodiscard]] static bool is_reason(framework_event const& what, bool failures) {
    if (auto const* done = std::get_if<test_finished>(&what)) {
      return failures && is_bad(done->report.ended);
    }
    return (failures && std::holds_alternative<test_unknown>(what)) ||
           std::holds_alternative<runner_stopping>(what) ||
           std::holds_alternative<outside_failure>(what) ||
           std::holds_alternative<listing_failed>(what);
  }

  void note(framework_event const& what, bool failures) {
    has_reason_ = has_reason_ || is_reason(what, failures);
    if (auto const* text = std::get_if<output_text>(&what); text && text->from == stream::out) {
      text::keep_tail(output_, text->text);
    }
  }

  /// Ends the command. It may have results to tell before it goes.
  template <EventReader R>
  void interrupt(R& reader, framework_event_sink const& emit) {
    bool const listens = tell_interrupted(reader, emit);
    terminate_hearing(running_, [&](command_output const& some) {
      keep(some);
      if (listens) { reader.feed(some.from, some.bytes, emit); }
    });
  }

  void keep(command_output const& some) {
    if (some.from == stream::err) { text::keep_tail(errors_, some.bytes); }
  }

  /// The end of what it wrote to standard output outside of tests, and to standard error.
  [[nodiscard]] std::string last_words() const {
    constexpr std::size_t most = std::size_t{8} * 1024;
    std::string words{text::trimmed(text::tail_of(output_, most))};
    auto const errors = text::trimmed(text::tail_of(errors_, most));
    if (!words.empty() && !errors.empty()) { words += '\n'; }
    return words.append(errors);
  }

  E running_;
  std::string errors_;
  std::string output_;  ///< that is not about tests
  bool has_reason_ = false;
};

}  // namespace offload
