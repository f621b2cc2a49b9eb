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
  bool const is_filtered = std::ranges::any_of(
      tests, [&](test_index test) { return !records_[test.value].test.filters.empty(); });
  for (auto const test : tests) {
    accounts_[test.value].in.push_back(id);
    auto const& record = records_[test.value];
    bool const again = record.test.unit.dependent && record.attempts > 0;
    if (again || accounts_[test.value].killed) { given.wants = worker_state::fresh; }
    given.tests.push_back(record.test.id);
    if (is_filtered) { given.filters.push_back(record.test.filters); }
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
  if (!found) { return count_unasked(id, std::move(report), now); }
  auto& in = open_.at(id);
  if (auto const odd = other_tests_in_file(records_[found->value].test, report)) {
    add_outside({id, in.sandbox, true}, *odd, now, update);
  }
  report.duration = std::min<seconds>(report.duration, now - in.since);
  auto const since = in.running == found ? in.running_since : now - to_clock(report.duration);
  count(in, id, *found, std::move(report), since, now, update);
  return update;
}

OFFLOAD_INLINE std::optional<test_index> ledger::only_test_named(test_id const& name) const {
  if (auto const found = by_id_.find(name); found != by_id_.end()) { return found->second; }
  auto const is_it = [&](auto const& known) { return is_end_of(name.value, known.first.value); };
  auto const found = std::ranges::find_if(by_id_, is_it);
  if (found == by_id_.end() || std::ranges::count_if(by_id_, is_it) > 1) { return std::nullopt; }
  return found->second;
}

OFFLOAD_INLINE ledger_update ledger::count_unasked(batch_id id, test_report report,
                                                   time_point now) {
  ledger_update update;
  auto what = fmt::format("a result for `{}`, which was not asked for", report.id.value);
  auto const found = open_.find(id);
  auto const is_it = [&](test_id const& one) { return is_end_of(report.id.value, one.value); };
  if (!is_bad(report.ended) || found == open_.end() || std::ranges::any_of(beyond_, is_it)) {
    update.warnings.push_back("ignored " + what);
    return update;
  }
  auto& in = found->second;
  outside_place const here{id, in.sandbox, true};
  auto& text = report.text.empty() ? report.message : report.text;
  outside_failure failure{std::move(what), std::move(text)};
  auto const other = only_test_named(report.id);
  if (!other || std::ranges::count(in.tests, *other) > 0) {
    add_outside(here, failure, now, update);
  } else {
    in.had_bad = true;
    unasked_.try_emplace(*other, here, std::move(failure));
  }
  return update;
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
  for (auto& [test, one] : unasked_) {
    if (!has_ended_well(test)) { continue; }
    one.first.batch_is_open = false;
    add_outside(one.first, one.second, now, update);
  }
  outside_.conclude(records_, now, update);
  return update;
}

}  // namespace offload
