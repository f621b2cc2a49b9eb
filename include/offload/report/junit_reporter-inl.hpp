// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/report/junit_reporter.hpp>

#include <offload/core/inline.hpp>
#include <offload/report/iso_time.hpp>
#include <offload/report/output_layout.hpp>
#include <offload/report/results_file.hpp>
#include <offload/report/run_header.hpp>

#include <algorithm>
#include <string_view>
#include <unordered_set>

namespace offload {
namespace junit_reporter_detail {

inline attempt attempt_of(recorded_test const& test, recorded_attempt const& one) {
  return {.report = {.id = test.id,
                     .ended = one.ended,
                     .duration = one.took.value_or(seconds{}),
                     .message = one.message,
                     .text = one.text,
                     .out = one.out,
                     .err = one.err,
                     .place = test.place}};
}

}  // namespace junit_reporter_detail

OFFLOAD_INLINE junit_reporter::junit_reporter(junit_options options)
    : options_{std::move(options)},
      report_{unfinished_path(options_.output_dir / options_.file),
              {mark_of_selection(options_.selection), mark_of_run(options_.clock)}} {}

OFFLOAD_INLINE junit_reporter::open_batch& junit_reporter::batch_of(batch_id id,
                                                                    sandbox_id const& sandbox,
                                                                    time_point now) {
  auto const [found, is_new] = open_.try_emplace(id);
  if (is_new) {
    found->second.began = options_.clock.time_of_day(now);
    found->second.sandbox = sandbox.value;
  }
  return found->second;
}

OFFLOAD_INLINE void junit_reporter::on(run_event const& event) {
  match(
      event, [&](batch_began const& batch) { batch_of(batch.id, batch.sandbox, event.at); },
      [&](attempt_ended const& one) { add(one.what, event.at); },
      [&](batch_ended const& batch) { close(batch.id); },
      [&](result_kept const& kept) { earlier_.push_back(kept.test); },
      [&](run_ended const& run) { conclude(run.summary); });
}

OFFLOAD_INLINE void junit_reporter::add(attempt const& ended, time_point now) {
  auto& batch = batch_of(ended.batch, ended.sandbox, now);
  batch.suite.add(ended);
  auto const& id = ended.report.id.value;
  auto const earlier = failed_in_.find(id);
  if (earlier != failed_in_.end() && earlier->second != ended.batch) {
    batch.after.insert(earlier->second);
  }
  if (is_bad(ended.report.ended)) { failed_in_[id] = ended.batch; }
}

OFFLOAD_INLINE void junit_reporter::close(batch_id id) {
  auto const found = open_.find(id);
  if (found == open_.end()) { return; }
  found->second.ended = true;
  write_ended();
}

OFFLOAD_INLINE void junit_reporter::write_ended() {
  // A retry begins when its test has failed, and may be over before the failed attempt's batch is.
  auto const can_be_written = [this](auto const& one) {
    return one.second.ended && std::ranges::none_of(one.second.after, [this](batch_id before) {
             return open_.contains(before);
           });
  };
  for (;;) {
    auto const next = std::ranges::find_if(open_, can_be_written);
    if (next == open_.end()) { return; }
    auto const batch = open_.extract(next);
    write(batch.key(), batch.mapped());
  }
}

OFFLOAD_INLINE void junit_reporter::conclude(run_summary const& summary) {
  for (auto const& [id, batch] : open_) { write(id, batch); }
  open_.clear();
  write_earlier(summary);
  write_not_run(summary);
  auto const path = options_.output_dir / options_.file;
  if (!report_.failure()) { keep_previous(path); }
  report_.publish_as(path);
}

OFFLOAD_INLINE std::optional<error> junit_reporter::failure() const {
  if (report_.failure()) { return report_.failure(); }
  for (auto const& [name, part] : parts_) {
    if (part.failure()) { return part.failure(); }
  }
  return {};
}

OFFLOAD_INLINE void junit_reporter::write(batch_id id, open_batch const& batch) {
  if (batch.suite.totals().tests == 0) { return; }
  auto const began = iso_seconds(batch.began);
  junit_suite::head const about{options_.framework, began, batch.sandbox, id.value};
  report_.append(batch.suite, about);
  auto const name = junit_part_name({batch.sandbox});
  auto const part =
      parts_.try_emplace(name, options_.output_dir / output_layout::junit_parts / name).first;
  part->second.append(batch.suite, about);
}

OFFLOAD_INLINE void junit_reporter::write_earlier(run_summary const& summary) {
  std::unordered_set<std::string_view> known;
  for (auto const& record : summary.tests) { known.insert(record.test.id.value); }
  std::map<std::uint32_t, junit_suite> suites;
  for (auto const& test : earlier_) {
    if (known.contains(test.id.value)) { continue; }
    for (auto const& one : test.attempts) {
      suites[one.batch.value_or(batch_id{}).value].add(
          junit_reporter_detail::attempt_of(test, one));
    }
  }
  for (auto const& [id, suite] : suites) {
    if (suite.totals().tests > 0) { report_.append(suite, {.name = options_.framework, .id = id}); }
  }
}

OFFLOAD_INLINE void junit_reporter::write_not_run(run_summary const& summary) {
  junit_suite suite;
  for (auto const& record : summary.tests) {
    if (record.ended == verdict::not_run) { suite.add_not_run(record.test, record.reason); }
  }
  if (suite.totals().tests > 0) { report_.append(suite, {"not run"}); }
}

}  // namespace offload
