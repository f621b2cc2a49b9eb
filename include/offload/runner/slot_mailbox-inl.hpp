// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/runner/slot_mailbox.hpp>

#include <offload/core/inline.hpp>
#include <offload/runner/messages.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace offload {

OFFLOAD_INLINE slot_mailbox::slot_mailbox(slot_id slot, seconds batch_timeout,
                                          assignment_queue& assignments, message_queue& messages)
    : slot_{slot}, batch_timeout_{batch_timeout}, assignments_{assignments}, messages_{messages} {}
OFFLOAD_INLINE slot_mailbox::~slot_mailbox() = default;

OFFLOAD_INLINE void slot_mailbox::came_up(sandbox_id sandbox, seconds took) {
  messages_.push(slot_is_up{slot_, std::move(sandbox), took});
}

OFFLOAD_INLINE void slot_mailbox::has_ended(std::optional<error> why) {
  if (listing_ && listing_has_begun_) {
    end_listing(*listing_, why ? why : error{errc::discovery, "the listing was stopped"});
  } else if (listing_) {
    messages_.push(listing_given_back{*listing_});
  }
  if (has_open()) { close_all({batch_cause::lost, {}, why ? to_string(*why) : std::string{}}); }
  messages_.push(slot_has_ended{slot_, std::move(why)});
}

OFFLOAD_INLINE std::optional<assigned> slot_mailbox::ask_for_tests(std::stop_token const& stop) {
  auto next = ask(answer::when_there_is_work, stop);
  auto* work = next ? std::get_if<assigned>(&*next) : nullptr;
  return work != nullptr ? std::optional{std::move(*work)} : std::nullopt;
}

OFFLOAD_INLINE error slot_mailbox::why_given_up(sandbox_id const& sandbox) const {
  if (!set_up_failure_.empty()) {
    return {errc::sandbox,
            fmt::format("no test runs in sandbox {}: {} failed", sandbox.value, set_up_failure_)};
  }
  auto const why = last_loss_.substr(0, last_loss_.find('\n'));
  return {errc::sandbox, fmt::format("sandbox {} is out of reach{}{}", sandbox.value,
                                     why.empty() ? "" : ": ", why)};
}

OFFLOAD_INLINE std::optional<assignment> slot_mailbox::ask(answer needed,
                                                           std::stop_token const& stop) {
  messages_.push(slot_wants_work{slot_, needed});
  return assignments_.pop({}, stop);
}

OFFLOAD_INLINE void slot_mailbox::start_clock(seconds limit) {
  time_is_up_ = steady_clock::now() + to_clock(limit);
}

OFFLOAD_INLINE void slot_mailbox::warn(std::string text) {
  messages_.push(slot_warns{slot_, std::move(text)});
}

OFFLOAD_INLINE void slot_mailbox::open(assigned const& work) {
  if (open_.empty()) { start_clock(); }
  open_.push_back({work.tests.id, work.cancelled, work.tests.tests.size()});
}

OFFLOAD_INLINE bool slot_mailbox::has_open() const { return !open_.empty(); }

OFFLOAD_INLINE std::stop_token slot_mailbox::cancelled() const {
  return open_.empty() ? std::stop_token{} : open_.front().cancelled;
}

OFFLOAD_INLINE void slot_mailbox::pass_on(framework_event what) {
  if (open_.empty()) {
    auto* failed = std::get_if<outside_failure>(&what);
    if (failed != nullptr) { failed_outside(std::move(*failed)); }
    return;
  }
  auto& batch = open_.front();
  if (std::holds_alternative<test_started>(what)) { batch.is_in_test = true; }
  if (auto const* done = std::get_if<test_finished>(&what)) {
    batch.is_in_test = false;
    batch.has_finished_test = true;
    batch.had_bad_test = batch.had_bad_test || is_bad(done->report.ended);
    batch.unfinished -= std::min<std::size_t>(1, batch.unfinished);
    start_clock();
  }
  if (auto const* failed = std::get_if<outside_failure>(&what)) {
    batch.failed_outside = failed->what;
  }
  messages_.push(slot_heard{slot_, batch.id, std::move(what), steady_clock::now()});
}

OFFLOAD_INLINE void slot_mailbox::failed_outside(outside_failure what) {
  auto const batch = last_closed_ ? last_closed_->id : batch_id{};
  messages_.push(slot_heard{slot_, batch, std::move(what), steady_clock::now(), true});
}

OFFLOAD_INLINE bool slot_mailbox::went_wrong(open_batch const& one, batch_closing const& how) {
  if (one.had_bad_test || how.cause == batch_cause::timed_out) { return true; }
  bool const ended_early = how.cause == batch_cause::exited && one.unfinished > 0;
  return ended_early && (one.is_in_test || !how.status.ok());
}

OFFLOAD_INLINE void slot_mailbox::pass_on_listing(std::size_t job, framework_event what) {
  listing_has_begun_ = true;
  messages_.push(listing_heard{job, std::move(what)});
}

OFFLOAD_INLINE void slot_mailbox::end_listing(std::size_t job, std::optional<error> failed) {
  listing_.reset();
  messages_.push(listing_is_over{job, std::move(failed)});
}

OFFLOAD_INLINE void slot_mailbox::refuse(batch const& tests, error const& why) {
  if (tests.tests.size() > 1) {
    close_first({batch_cause::lost, {}, to_string(why)});
    return;
  }
  auto const& id = tests.tests.front();
  pass_on(test_finished{
      {.id = id,
       .ended = outcome::errored,
       .message = fmt::format("the command for it is too long: its id has {} bytes ({})",
                              id.value.size(), why.message)}});
  close_first({batch_cause::complete, {}, {}});
}

OFFLOAD_INLINE void slot_mailbox::close_first(batch_closing const& how) {
  if (open_.empty()) { return; }
  if (how.cause == batch_cause::complete) { losses_in_a_row_ = 0; }
  auto const& batch = open_.front();
  if (!batch.has_finished_test) { set_up_failure_ = batch.failed_outside; }
  messages_.push(batch_is_over{slot_, batch.id, how, steady_clock::now()});
  last_closed_ = {batch.id, how.cause, went_wrong(batch, how)};
  open_.erase(open_.begin());
  start_clock();
}

OFFLOAD_INLINE void slot_mailbox::close_all(batch_closing const& how) {
  if (how.cause == batch_cause::lost) {
    ++losses_in_a_row_;
    last_loss_ = how.last_words;
  } else {
    losses_in_a_row_ = 0;
  }
  close_first(how);
  batch_closing const untouched{
      how.cause == batch_cause::stopped ? batch_cause::stopped : batch_cause::untouched, {}, {}};
  while (!open_.empty()) { close_first(untouched); }
}

}  // namespace offload
