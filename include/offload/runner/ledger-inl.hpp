// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/runner/ledger.hpp>

#include <offload/core/cut_text.hpp>
#include <offload/core/inline.hpp>
#include <offload/core/is_end_of.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace offload {

OFFLOAD_INLINE ledger::ledger(std::vector<test_case> tests, seconds batch_timeout,
                              std::unordered_set<test_id> beyond)
    : accounts_(tests.size()),
      beyond_{std::move(beyond)},
      batch_timeout_{batch_timeout},
      tests_{tests.size()},
      undecided_{tests.size()} {
  records_.reserve(tests.size());
  by_id_.reserve(tests.size());
  for (auto& test : tests) {
    by_id_.emplace(test.id, test_index{static_cast<std::uint32_t>(records_.size())});
    records_.push_back({.test = std::move(test)});
  }
  for (std::uint32_t i = 0; i < records_.size(); ++i) {
    if (!records_[i].test.constraints) { continue; }
    for (auto const& id : records_[i].test.constraints->needs) {
      auto const needed = by_id_.find(id);
      if (needed != by_id_.end()) { dependents_.emplace(needed->second, test_index{i}); }
    }
  }
}

OFFLOAD_INLINE bool ledger::has_ended_well(test_index test) const {
  auto const ended = records_[test.value].ended;
  return accounts_[test.value].decided && ended != verdict::failed && ended != verdict::not_run;
}

OFFLOAD_INLINE bool ledger::ran_in_vain(open_batch const& in, test_index test,
                                        test_report const& report, ledger_update& update) {
  auto& record = records_[test.value];
  auto& counts = accounts_[test.value];
  auto const broken = in.broken.find(record.test.unit.name);
  if (is_bad(report.ended) || broken == in.broken.end()) { return false; }
  record.reason =
      fmt::format("`{}`, which it may need, ended well before and not now", broken->second);
  if (++counts.losses < most_losses) {
    update.again.push_back({test, batching::alone});
  } else {
    decide(test, counts.bad > 0 ? verdict::failed : verdict::not_run, update);
  }
  return true;
}

OFFLOAD_INLINE batch ledger::assign(batch_id id, std::span<test_index const> tests,
                                    sandbox_id const& sandbox, time_point now) {
  auto& opened = open_[id];
  opened.since = now;
  opened.sandbox = sandbox;
  opened.tests.assign(tests.begin(), tests.end());
  batch given{.id = id};
  given.tests.reserve(tests.size());
  for (auto const test : tests) {
    accounts_[test.value].in.push_back(id);
    auto const& record = records_[test.value];
    bool const again = record.test.unit.dependent && record.attempts > 0;
    if (again || accounts_[test.value].killed) { given.wants = worker_state::fresh; }
    given.tests.push_back(record.test.id);
  }
  return given;
}

OFFLOAD_INLINE std::optional<test_index> ledger::find(batch_id id, test_id const& test) const {
  auto const found = by_id_.find(test);
  if (found == by_id_.end() || !is_in(found->second, id)) { return std::nullopt; }
  return found->second;
}

OFFLOAD_INLINE bool ledger::is_in(test_index test, batch_id id) const {
  return std::ranges::count(accounts_[test.value].in, id) > 0;
}

OFFLOAD_INLINE void ledger::leave(test_index test, batch_id id) {
  std::erase(accounts_[test.value].in, id);
}

OFFLOAD_INLINE std::optional<test_index> ledger::started(batch_id id, test_id const& test,
                                                         time_point now) {
  auto const found = find(id, test);
  if (!found) { return std::nullopt; }
  auto& in = open_.at(id);
  in.running = found;
  in.running_since = now;
  in.loading.clear();
  in.progressed = in.progressed || !accounts_[found->value].decided;
  in.tells_starts = true;
  return found;
}

OFFLOAD_INLINE ledger_update ledger::finished(batch_id id, test_report report, time_point now) {
  ledger_update update;
  auto const found = find(id, report.id);
  if (!found) {
    auto what = fmt::format("a result for `{}`, which was not asked for", report.id.value);
    auto const open = open_.find(id);
    if (is_bad(report.ended) && open != open_.end() && !is_of_another(open->second, report.id)) {
      auto& text = report.text.empty() ? report.message : report.text;
      add_outside({id, open->second.sandbox, true}, {std::move(what), std::move(text)}, now,
                  update);
    } else {
      update.warnings.push_back("ignored " + what);
    }
    return update;
  }
  auto& in = open_.at(id);
  if (auto const odd = other_tests_in_file(records_[found->value].test, report)) {
    add_outside({id, in.sandbox, true}, *odd, now, update);
  }
  report.duration = std::min<seconds>(report.duration, now - in.since);
  auto const since = in.running == found ? in.running_since : now - to_clock(report.duration);
  count(in, id, *found, std::move(report), since, now, update);
  return update;
}

OFFLOAD_INLINE bool ledger::is_of_another(open_batch const& in, test_id const& name) const {
  auto const is_it = [&](test_id const& id) {
    auto const is_here = [&](test_index test) { return records_[test.value].test.id == id; };
    return is_end_of(name.value, id.value) && std::ranges::none_of(in.tests, is_here);
  };
  using known = decltype(by_id_)::value_type;
  return std::ranges::any_of(beyond_, is_it) || std::ranges::any_of(by_id_, is_it, &known::first);
}

OFFLOAD_INLINE void ledger::count(open_batch& in, batch_id id, test_index test, test_report report,
                                  time_point started, time_point now, ledger_update& update) {
  leave(test, id);
  if (in.running == test) { in.running.reset(); }
  auto& record = records_[test.value];
  auto& counts = accounts_[test.value];
  // By another attempt, which was sooner; or it ran for the sake of those that depend on it.
  if (counts.decided) {
    bool const was_skipped = record.ended == verdict::skipped;
    bool const ends_well =
        report.ended == outcome::passed || (was_skipped && !is_bad(report.ended));
    if (record.test.unit.dependent && has_ended_well(test) && !ends_well) {
      in.broken.emplace(record.test.unit.name, report.id.value);
    }
    return;
  }
  if (ran_in_vain(in, test, report, update)) { return; }
  if (record.attempts == 0 && !record.test.listing_error.empty() && !is_bad(report.ended)) {
    fail_with_listing(report, record.test.listing_error);
  }
  in.progressed = true;
  if (report.place.file.empty()) { report.place = record.test.place; }
  record.longest = std::max(record.longest, report.duration);
  ++record.attempts;
  bool const bad = is_bad(report.ended);
  bool const retries = bad && counts.bad < record.test.retries;
  // The result of a test behind a failed one of its unit says nothing.
  bool const with_unit = !bad && in.run_again.contains(record.test.unit.name);
  if (report.ended != outcome::passed) { record.reason = reason_of(report); }
  if (bad) {
    ++counts.bad;
    in.had_bad = true;
  } else if (!with_unit) {
    ++(report.ended == outcome::skipped ? counts.skipped : counts.passed);
  }
  update.ended.push_back({.report = std::move(report),
                          .test = test,
                          .number = record.attempts,
                          .batch = id,
                          .sandbox = in.sandbox,
                          .started = started,
                          .ended = now});
  if (retries || with_unit) {
    if (retries && record.test.unit.dependent) { in.run_again.insert(record.test.unit.name); }
    if (counts.in.empty()) { update.again.push_back({test, batching::alone}); }
  } else if (counts.passed > 0) {
    decide(test, counts.bad > 0 ? verdict::flaky : verdict::passed, update);
  } else {
    decide(test, counts.bad > 0 ? verdict::failed : verdict::skipped, update);
  }
}

OFFLOAD_INLINE ledger_update ledger::unknown(batch_id id, test_id const& test,
                                             std::string_view why) {
  ledger_update update;
  auto const found = find(id, test);
  if (!found) { return update; }
  auto& in = open_.at(id);
  auto& record = records_[found->value];
  leave(*found, id);
  if (record.test.unit.dependent && has_ended_well(*found)) {
    in.broken.emplace(record.test.unit.name, test.value);
  }
  if (accounts_[found->value].decided) { return update; }
  record.reason = fmt::format("discovered here, unknown in sandbox {}: {}", in.sandbox.value, why);
  in.progressed = true;
  decide(*found, accounts_[found->value].bad > 0 ? verdict::failed : verdict::not_run, update);
  return update;
}

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

OFFLOAD_INLINE ledger_update ledger::stopping(batch_id id, std::string_view why, time_point now) {
  ledger_update update;
  auto const& in = open_.at(id);
  if (in.had_bad) {
    update.warnings.emplace_back(why);
  } else {
    add_outside({id, in.sandbox, true}, {"the session was stopped", std::string{why}}, now, update);
  }
  return update;
}

OFFLOAD_INLINE ledger_update ledger::failed_outside(outside_place const& where,
                                                    outside_failure const& what, time_point now) {
  ledger_update update;
  add_outside(where, what, now, update);
  return update;
}
OFFLOAD_INLINE void ledger::add_outside(outside_place where, outside_failure const& what,
                                        time_point now, ledger_update& update) {
  auto const open = open_.find(where.batch);
  where.batch_is_open = where.batch_is_open && open != open_.end();
  if (where.batch_is_open) { open->second.had_bad = open->second.failed_outside = true; }
  outside_.add(what, where, now, records_, update);
}

OFFLOAD_INLINE std::vector<test_index> ledger::tests_of(batch_id id) const {
  auto const found = open_.find(id);
  return found == open_.end() ? std::vector<test_index>{} : found->second.tests;
}

OFFLOAD_INLINE bool ledger::had_bad_attempt(batch_id id) const {
  auto const found = open_.find(id);
  return found != open_.end() && found->second.had_bad;
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

OFFLOAD_INLINE void ledger::decide(test_index test, verdict ended, ledger_update& update) {
  auto& counts = accounts_[test.value];
  records_[test.value].ended = ended;
  if (std::exchange(counts.decided, true)) { return; }
  --undecided_;
  if (ended == verdict::failed) { ++failed_; }
  update.decided.push_back(test);
  cancel_others(test, update);
  if (ended == verdict::failed || ended == verdict::not_run) { drop_dependents(test, update); }
}

OFFLOAD_INLINE void ledger::cancel_others(test_index test, ledger_update& update) const {
  for (auto const id : accounts_[test.value].in) {
    auto const is_over = [&](test_index t) { return accounts_[t.value].decided || !is_in(t, id); };
    if (std::ranges::all_of(open_.at(id).tests, is_over)) { update.cancelled.push_back(id); }
  }
}

OFFLOAD_INLINE void ledger::drop_dependents(test_index test, ledger_update& update) {
  auto const [first, last] = dependents_.equal_range(test);
  for (auto it = first; it != last; ++it) {
    auto const dependent = it->second;
    auto const& counts = accounts_[dependent.value];
    if (counts.decided || !counts.in.empty()) { continue; }
    auto const& needed = records_[test.value];
    records_[dependent.value].reason =
        fmt::format("it needs `{}`, which {}", needed.test.id.value,
                    needed.ended == verdict::failed ? "failed" : "was not run");
    decide(dependent, counts.bad > 0 ? verdict::failed : verdict::not_run, update);
  }
}

OFFLOAD_INLINE ledger_update ledger::conclude(std::string_view why, time_point now) {
  ledger_update update;
  for (std::uint32_t i = 0; i < tests_; ++i) {
    auto const& counts = accounts_[i];
    if (counts.decided) { continue; }
    if (counts.bad == 0) { records_[i].reason = why; }
    decide({i}, counts.bad > 0 ? verdict::failed : verdict::not_run, update);
  }
  outside_.conclude(records_, now, update);
  return update;
}

}  // namespace offload
