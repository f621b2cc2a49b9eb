// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/junit_record.hpp>

#include <offload/core/inline.hpp>
#include <offload/core/junit.hpp>

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace offload {
namespace junit_record_detail {

/// The verdict after one more attempt.
inline verdict with(verdict so_far, outcome next) {
  switch (next) {
    case outcome::not_run: return so_far;
    case outcome::skipped: return so_far == verdict::not_run ? verdict::skipped : so_far;
    case outcome::passed:
      return so_far == verdict::failed || so_far == verdict::flaky ? verdict::flaky
                                                                   : verdict::passed;
    case outcome::failed:
    case outcome::timed_out:
    case outcome::errored:
      return so_far == verdict::passed || so_far == verdict::flaky ? verdict::flaky
                                                                   : verdict::failed;
  }
  return so_far;
}

inline void add(recorded_test& to, junit_case&& one, record_query const& query) {
  to.ended = with(to.ended, one.ended);
  if (one.kind == case_kind::outside) { to.kind = one.kind; }
  if (to.place.file.empty()) { to.place = std::move(one.place); }
  if (!is_bad(one.ended) && one.ended != outcome::passed) {
    auto const& reason = one.message.empty() ? one.text : one.message;
    if (!reason.empty()) { to.reason = reason; }
  }
  if (one.ended == outcome::not_run) { return; }
  if (one.time) { to.longest = std::max(to.longest.value_or(seconds{}), *one.time); }
  if (!query.attempts) { return; }
  bool const with_output = query.wants_outputs_of(one.ended);
  to.attempts.push_back(
      {.ended = one.ended,
       .took = one.time,
       .sandbox = std::move(one.hostname),
       .batch = one.suite_id ? std::optional{batch_id{*one.suite_id}} : std::nullopt,
       .message = std::move(one.message),
       .text = std::move(one.text),
       .out = with_output ? std::move(one.out) : std::string{},
       .err = with_output ? std::move(one.err) : std::string{}});
}

}  // namespace junit_record_detail

OFFLOAD_INLINE run_record record_of_junit(std::string_view xml, record_query const& query) {
  std::unordered_map<std::string, recorded_test> tests;
  auto const report = read_junit(xml, [&](junit_case one) {
    auto const& name = one.name.empty() ? one.classname : one.name;
    if (!query.wants_test(name)) { return; }
    junit_record_detail::add(tests[name], std::move(one), query);
  });
  run_record record{.damage = report.damage};
  record.tests.reserve(tests.size());
  for (auto& [name, test] : tests) {
    test.id = {name};
    number_attempts(test.attempts);
    record.tests.push_back(std::move(test));
  }
  std::ranges::sort(record.tests, {}, &recorded_test::id);
  return record;
}

}  // namespace offload
