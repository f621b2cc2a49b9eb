// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

// The part of the ledger about the end of a batch: which test is to blame, and which run again.
#include <offload/runner/ledger.hpp>

#include <offload/core/cut_text.hpp>
#include <offload/core/inline.hpp>

#include <fmt/core.h>

#include <utility>

namespace offload {

OFFLOAD_INLINE bool ledger::is_guilty(open_batch const& in, test_index test,
                                      batch_closing const& how, time_point now) const {
  bool const alone = in.tests.size() == 1;
  bool const is_in_test = in.running == test && in.loading.empty();
  switch (how.cause) {
    case batch_cause::complete:
    case batch_cause::stopped:
    case batch_cause::cancelled:
    case batch_cause::lost:
    case batch_cause::untouched: return false;
    case batch_cause::timed_out:
      if (is_in_test) { return alone || now - in.running_since >= batch_timeout_ / 2; }
      break;
    case batch_cause::exited:
      if (is_in_test) { return true; }
      if (how.status.ok()) { return false; }
      break;
  }
  // Nothing was running. Once may be chance: somebody killed the process, or its memory was taken.
  bool const again = how.cause == batch_cause::timed_out || accounts_[test.value].losses > 0;
  return !in.running && again && !in.failed_outside && (alone || was_loading(in, test));
}

OFFLOAD_INLINE bool ledger::was_loading(open_batch const& in, test_index test) const {
  return !in.loading.empty() && records_[test.value].test.place.file == in.loading;
}

OFFLOAD_INLINE bool ledger::end_in_next(batch_id id, batch_closing const& how) {
  auto const& in = open_.at(id);
  if (!in.running || in.loading.empty()) { return false; }
  for (auto& [other, next] : open_) {
    if (other == id || next.sandbox != in.sandbox) { continue; }
    next.loading = in.loading;
    next.ended_while_loading = how;
  }
  return true;
}

OFFLOAD_INLINE ledger_update ledger::close(batch_id id, batch_closing const& ended,
                                           time_point now) {
  ledger_update update;
  auto const found = open_.find(id);
  if (found == open_.end()) { return update; }
  auto& in = found->second;
  auto const how = in.ended_while_loading.value_or(ended);
  bool const loads_ahead = end_in_next(id, how);
  // A death without a word says nothing about any test: all of them have lost a chance. After some
  // progress the rest is innocent, and there is less to do each time.
  bool const progressed = in.progressed;
  bool const bad_status = how.cause == batch_cause::exited && !how.status.ok();
  bool const died =
      how.cause == batch_cause::timed_out || how.cause == batch_cause::lost || bad_status;
  bool has_reason = how.has_reason;
  for (auto const test : in.tests) {
    if (!is_in(test, id) || !is_guilty(in, test, how, now)) { continue; }
    bool const was_running = in.running == test && !loads_ahead;
    auto const since = was_running ? in.running_since : now;
    last_activity busy{.in_file = !in.loading.empty()};
    if (was_running) { busy.in_test = now - since; }
    accounts_[test.value].killed = true;
    has_reason = true;
    auto report = blame(how, batch_timeout_, busy);
    report.id = records_[test.value].test.id;
    count(in, id, test, std::move(report), since, now, update);
  }
  auto lost = in.tests;
  std::erase_if(lost, [&](test_index test) { return !is_in(test, id); });
  // Another sandbox does again what came before a test, loads a file, or runs tests whose starts
  // are not told. A process that somebody has killed is not to blame.
  bool const is_done_again =
      !lost.empty() && (!progressed || !in.tells_starts || !in.loading.empty() || was_killed(how));
  if (bad_status && !has_reason && !is_done_again) {
    add_outside({id, in.sandbox, true}, contradiction_of(how), now, update);
  }
  outside_.close(id, lost);
  for (auto const test : lost) {
    leave(test, id);
    if (how.cause == batch_cause::stopped) { continue; }
    if (accounts_[test.value].decided || !accounts_[test.value].in.empty()) { continue; }
    bool const innocent =
        progressed && died && (loads_ahead || (test != in.running && !was_loading(in, test)));
    if (innocent || how.cause == batch_cause::untouched || how.cause == batch_cause::cancelled) {
      update.again.push_back({test, batching::shared});
      continue;
    }
    bool const with_sandbox = how.cause == batch_cause::lost || in.failed_outside;
    lose(test, how, with_sandbox, update);
  }
  open_.erase(found);
  return update;
}

OFFLOAD_INLINE void ledger::lose(test_index test, batch_closing const& how, bool with_sandbox,
                                 ledger_update& update) {
  auto& counts = accounts_[test.value];
  auto const losses = with_sandbox ? ++counts.lost_sandboxes : ++counts.losses;
  if (losses < (with_sandbox ? most_lost_sandboxes : most_losses)) {
    // Once more with the others; after that it is on its own, so that it shows whose fault it is.
    update.again.push_back({test, losses == 1 ? batching::shared : batching::alone});
    return;
  }
  if (counts.bad == 0) {
    records_[test.value].reason = fmt::format(
        "{}{}{} ({} times, in different batches)", why_unreported(how),
        how.last_words.empty() ? "" : ": ", text::first_line_of(how.last_words), losses);
  }
  decide(test, counts.bad > 0 ? verdict::failed : verdict::not_run, update);
}

}  // namespace offload
