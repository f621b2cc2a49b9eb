// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/report/run_record_reader.hpp>

#include <offload/core/inline.hpp>
#include <offload/report/event_reader.hpp>

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace offload {

OFFLOAD_INLINE void run_record_collector::on(run_event const& event) {
  match(
      event, [&](result_kept const& kept) { keep(kept.test); },
      [&](run_began const& run) {
        for (auto const& test : run.tests) {
          tests_.push_back({.id = test.id, .place = test.place});
        }
      },
      [&](case_added const& added) {
        tests_.push_back({.id = added.what.id, .kind = added.what.kind});
      },
      [&](attempt_ended const& one) { add(one.what); },
      [&](test_decided const& decided) { decide(decided); });
}

OFFLOAD_INLINE void run_record_collector::keep(recorded_test const& test) {
  if (!query_.wants_test(test.id.value)) { return; }
  auto& kept = kept_.emplace_back(test);
  if (!query_.attempts) { kept.attempts.clear(); }
  for (auto& one : kept.attempts) {
    if (query_.wants_outputs_of(one.ended)) { continue; }
    one.out.clear();
    one.err.clear();
  }
}

OFFLOAD_INLINE void run_record_collector::add(attempt const& ended) {
  auto& test = tests_[ended.test.value];
  auto const& report = ended.report;
  if (!query_.wants_test(test.id.value) || report.ended == outcome::not_run) { return; }
  if (test.place.file.empty()) { test.place = report.place; }
  bool const passed = report.ended == outcome::passed;
  if (report.ended == outcome::skipped) {
    test.reason = report.message.empty() ? report.text : report.message;
  }
  if (!query_.attempts) { return; }
  bool const with_output = query_.wants_outputs_of(report.ended);
  test.attempts.push_back({.number = ended.number,
                           .ended = report.ended,
                           .took = report.duration,
                           .sandbox = ended.sandbox.value,
                           .batch = ended.batch,
                           .message = passed ? std::string{} : report.message,
                           .text = passed ? std::string{} : report.text,
                           .out = with_output ? report.out : std::string{},
                           .err = with_output ? report.err : std::string{}});
}

OFFLOAD_INLINE void run_record_collector::decide(test_decided const& decided) {
  auto& test = tests_[decided.test.value];
  test.ended = decided.record.ended;
  if (test.ended == verdict::not_run) {
    test.reason = "not run: " + decided.record.reason;
  } else {
    test.longest = decided.record.longest;
  }
}

OFFLOAD_INLINE run_record run_record_collector::take() {
  std::unordered_set<test_id> known;
  for (auto const& test : tests_) { known.insert(test.id); }
  std::erase_if(kept_, [&](recorded_test const& test) { return known.contains(test.id); });
  run_record record{.tests = std::move(tests_)};
  std::ranges::move(kept_, std::back_inserter(record.tests));
  std::erase_if(record.tests,
                [&](recorded_test const& test) { return !query_.wants_test(test.id.value); });
  for (auto& test : record.tests) { number_attempts(test.attempts); }
  std::ranges::sort(record.tests, {}, &recorded_test::id);
  return record;
}

OFFLOAD_INLINE result<run_record> read_run_record(std::istream& from, record_query const& query) {
  auto const header = read_run_header(from);
  if (!header) { return tl::unexpected(header.error()); }
  run_record_collector collector{query};
  auto const detail = query.attempts ? replay_detail::all : replay_detail::verdicts;
  auto run = replay(from, *header, telling(collector), detail);
  auto record = collector.take();
  record.damage = std::move(run.damage);
  record.selection = mark_of_selection(*header);
  return record;
}

}  // namespace offload
