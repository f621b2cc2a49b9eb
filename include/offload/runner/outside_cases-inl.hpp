// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/runner/outside_cases.hpp>

#include <offload/core/cut_text.hpp>
#include <offload/core/inline.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace offload {

OFFLOAD_INLINE void outside_cases::add(outside_failure const& what, outside_place const& where,
                                       time_point now, std::vector<test_record>& records,
                                       ledger_update& update) {
  auto const id = fmt::format("outside of tests: {}", text::first_line_of(what.what));
  auto const [found, is_new] = cases_.try_emplace(id);
  auto& failed = found->second;
  if (is_new) {
    failed.record = {static_cast<std::uint32_t>(records.size())};
    records.push_back({.test = {.id = {id}, .kind = case_kind::outside}});
    update.added.push_back(failed.record);
  }
  if (where.batch_is_open) {
    failed.in.push_back(where.batch);
  } else {
    failed.is_final = true;
  }
  auto& record = records[failed.record.value];
  auto const& reason = !what.message.empty() ? what.message
                       : !what.text.empty()  ? what.text
                                             : what.what;
  record.reason = text::first_line_of(reason);
  failed.latest = {.report = {.id = record.test.id,
                              .ended = outcome::errored,
                              .message = record.reason,
                              .text = what.text},
                   .test = failed.record,
                   .kind = case_kind::outside,
                   .number = ++record.attempts,
                   .batch = where.batch,
                   .sandbox = where.sandbox,
                   .started = now,
                   .ended = now};
  if (record.attempts <= most_attempts) { update.ended.push_back(failed.latest); }
}

OFFLOAD_INLINE void outside_cases::close(batch_id id, std::span<test_index const> lost) {
  for (auto& [name, failed] : cases_) {
    if (std::erase(failed.in, id) == 0) { continue; }
    failed.kept_from.insert(failed.kept_from.end(), lost.begin(), lost.end());
    failed.is_final = failed.is_final || lost.empty();
  }
}

OFFLOAD_INLINE void outside_cases::conclude(std::vector<test_record>& records, time_point now,
                                            ledger_update& update) {
  for (auto const& [id, failed] : cases_) { decide(failed, records, now, update); }
}

OFFLOAD_INLINE void outside_cases::decide(outside_case const& failed,
                                          std::vector<test_record>& records, time_point now,
                                          ledger_update& update) const {
  auto& record = records[failed.record.value];
  bool const ran_elsewhere = std::ranges::all_of(failed.kept_from, [&](test_index test) {
    auto const ended = records[test.value].ended;
    return ended != verdict::failed && ended != verdict::not_run;
  });
  bool const is_flaky = !failed.is_final && failed.in.empty() && ran_elsewhere;
  if (is_flaky) {
    auto passed = failed.latest;
    passed.report = {.id = record.test.id};
    passed.number = ++record.attempts;
    passed.started = passed.ended = now;
    update.ended.push_back(std::move(passed));
  } else if (record.attempts > 1) {
    record.reason += fmt::format(" ({} times)", record.attempts);
  }
  record.ended = is_flaky ? verdict::flaky : verdict::failed;
  update.decided.push_back(failed.record);
}

OFFLOAD_INLINE std::size_t outside_cases::failed() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(cases_, [](auto const& one) { return one.second.is_final; }));
}

}  // namespace offload
