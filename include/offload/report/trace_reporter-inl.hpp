// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/report/trace_reporter.hpp>

#include <offload/core/inline.hpp>
#include <offload/core/json_line.hpp>
#include <offload/report/terminal.hpp>
#include <offload/report/trace_reporter_parts.hpp>

#include <fmt/core.h>

#include <algorithm>

namespace offload {
namespace trace_reporter_detail {

// The rows of a sandbox. Tests that run side by side have the rows behind these.
inline constexpr std::uint32_t api_row = 0, exec_row = 1, io_row = 2;
inline constexpr std::chrono::milliseconds between_counts{100};

template <class Fill>
std::string arguments(Fill fill) {
  std::string text;
  json_line line{text};
  fill(line);
  line.end();
  return text;
}

inline std::string one_argument(std::string_view key, std::string_view value) {
  return arguments([&](json_line& line) { line.text(key, value); });
}

}  // namespace trace_reporter_detail

/// An execution of a test as a slice.
struct trace_reporter::parts::shown_test {
  std::string_view id{};
  std::string_view outcome{};
  std::string_view message{};
  std::string category{};
  time_point began{};
  time_point ended{};
  unsigned attempt{};  ///< 0: it does not count
  std::optional<std::pair<batch_id, place>> copy_of{};
  bool is_start_known = true;
};

OFFLOAD_INLINE trace_reporter::parts::parts(line_output to, run_clock clock)
    : file_{std::move(to), clock} {
  file_.name_process(0, "Offload (Local)");
  file_.name_thread({0, 0}, "Main");
}

OFFLOAD_INLINE void trace_reporter::parts::begin(open_row& at, std::string_view name,
                                                 std::string_view category, time_point now,
                                                 std::string_view key, std::string_view value) {
  end(at, now);
  file_.begin(at.row, name, category, now,
              key.empty() ? "" : trace_reporter_detail::one_argument(key, value));
  at.is_open = true;
}

OFFLOAD_INLINE void trace_reporter::parts::end(open_row& at, time_point now) {
  if (std::exchange(at.is_open, false)) { file_.end(at.row, now); }
}

OFFLOAD_INLINE trace_reporter::parts::sandbox_rows& trace_reporter::parts::rows_of(
    std::uint32_t slot) {
  auto const [found, is_new] = slots_.try_emplace(slot);
  if (is_new) {
    found->second.api.row = {slot + 1, trace_reporter_detail::api_row};
    file_.name_process(slot + 1, fmt::format("Sandbox {}", slot));
    file_.name_thread({slot + 1, trace_reporter_detail::api_row}, "API");
    file_.name_thread({slot + 1, trace_reporter_detail::exec_row}, "Exec");
    file_.name_thread({slot + 1, trace_reporter_detail::io_row}, "I/O");
  }
  return found->second;
}

OFFLOAD_INLINE trace_reporter::parts::sandbox_rows* trace_reporter::parts::rows_of(
    sandbox_id const& id) {
  auto const found = slot_of_.find(id);
  return found == slot_of_.end() ? nullptr : &rows_of(found->second);
}

OFFLOAD_INLINE void trace_reporter::parts::on(run_event const& event) {
  std::visit([&](auto const& what) { hear(what, event.at); }, event.what);
}

OFFLOAD_INLINE void trace_reporter::parts::hear(earlier_runs_read const& event, time_point now) {
  file_.slice({0, 0}, "duration_loading", "orchestrator", now - to_clock(event.took), now);
}

OFFLOAD_INLINE void trace_reporter::parts::hear(discovery_began const&, time_point now) {
  begin(phase_, "test_discovery", "orchestrator", now);
}

OFFLOAD_INLINE void trace_reporter::parts::hear(preparation_began const&, time_point now) {
  file_.name_thread(image_.row, "Image");
  begin(image_, "image_prepare", "local", now);
}

OFFLOAD_INLINE void trace_reporter::parts::hear(preparation_said const& event, time_point now) {
  file_.instant(image_.row, terminal::gist(event.line), "local", now);
}

OFFLOAD_INLINE void trace_reporter::parts::hear(preparation_ended const&, time_point now) {
  end(image_, now);
}

OFFLOAD_INLINE void trace_reporter::parts::hear(discovery_ended const&, time_point now) {
  end(phase_, now);
}

OFFLOAD_INLINE void trace_reporter::parts::hear(run_began const& event, time_point now) {
  begin(phase_, "running", "orchestrator", now, "tests", fmt::format("{}", event.tests.size()));
}

OFFLOAD_INLINE void trace_reporter::parts::hear(case_added const& event, time_point now) {
  file_.instant(phase_.row, event.what.id.value, "orchestrator", now);
}

OFFLOAD_INLINE void trace_reporter::parts::hear(sandbox_creation_began const& event,
                                                time_point now) {
  begin(rows_of(event.slot.value).api, "sandbox_create", "sandbox", now);
}

OFFLOAD_INLINE void trace_reporter::parts::hear(sandbox_came_up const& event, time_point now) {
  slot_of_[event.id] = event.slot.value;
  auto& rows = rows_of(event.slot.value);
  rows.came_up = true;
  file_.label_process(event.slot.value + 1, event.id.value);
  begin(rows.api, "sandbox", "sandbox", now, "sandbox", event.id.value);
  ++live_;
  count_sandboxes(now);
}

OFFLOAD_INLINE void trace_reporter::parts::hear(sandbox_failed const& event, time_point now) {
  auto& rows = rows_of(event.slot.value);
  if (!rows.came_up) { end(rows.api, now); }
  file_.instant(rows.api.row, "sandbox_failed", "sandbox", now,
                trace_reporter_detail::one_argument("why", terminal::gist(event.why.message)));
}

OFFLOAD_INLINE void trace_reporter::parts::hear(sandbox_went_down const& event, time_point now) {
  auto* rows = rows_of(event.id);
  if (rows == nullptr) { return; }
  begin(rows->api, "sandbox_destroy", "sandbox", now, "sandbox", event.id.value);
  if (live_ > 0) { --live_; }
  count_sandboxes(now);
}

OFFLOAD_INLINE void trace_reporter::parts::hear(sandbox_gone const& event, time_point now) {
  if (auto* rows = rows_of(event.id)) { end(rows->api, now); }
}

OFFLOAD_INLINE void trace_reporter::parts::count_sandboxes(time_point now) {
  file_.counter("sandboxes", "live", live_, now);
}

OFFLOAD_INLINE void trace_reporter::parts::hear(batch_began const& event, time_point now) {
  auto const* rows = rows_of(event.sandbox);
  if (rows == nullptr) { return; }
  auto const began = std::max(now, rows->batches_end);
  batches_[event.id] = {slot_of_.at(event.sandbox), began, event.tests, began};
}

template <class Which>
void trace_reporter::parts::show_uncounted(open_batch& in, batch_id batch, time_point ended,
                                           std::string_view outcome, Which which) {
  std::erase_if(in.running, [&](test_index test) {
    auto const found = running_.find({test, batch});
    if (found == running_.end() || !which(found->second)) { return false; }
    auto const& [id, began, copy_of, decided] = found->second;
    show(in, batch,
         {.id = id,
          .outcome = outcome,
          .category = "uncounted",
          .began = began,
          .ended = ended,
          .copy_of = copy_of});
    running_.erase(found);
    return true;
  });
}

OFFLOAD_INLINE void trace_reporter::parts::hear(attempt_began const& event, time_point now) {
  auto const in = batches_.find(event.batch);
  if (in == batches_.end()) { return; }
  // Tests that the batch ran for nothing end when the batch begins something else.
  show_uncounted(in->second, event.batch, now, "not needed",
                 [](running_test const& test) { return test.is_decided; });
  running_test test{event.id.value, now, {}, false};
  auto const other = running_.lower_bound({event.test, {0}});
  if (other != running_.end() && other->first.test == event.test) {
    auto const there = batches_.find(other->first.batch);
    if (there != batches_.end() && there->first != event.batch) {
      trace_thread const row{there->second.slot + 1, trace_reporter_detail::exec_row};
      test.copy_of = {other->first.batch, {row, other->second.began}};
    }
  }
  running_[{event.test, event.batch}] = std::move(test);
  in->second.running.push_back(event.test);
}

OFFLOAD_INLINE void trace_reporter::parts::hear(attempt_ended const& event, time_point) {
  auto const& what = event.what;
  auto const in = batches_.find(what.batch);
  if (in == batches_.end()) { return; }
  shown_test shown{.id = what.report.id.value,
                   .outcome = to_string(what.report.ended),
                   .message = what.report.message,
                   .category = what.number > 1 ? "test,retry" : "test",
                   .began = what.started,
                   .ended = what.ended,
                   .attempt = what.number};
  auto const running = running_.extract({what.test, what.batch});
  std::erase(in->second.running, what.test);
  shown.is_start_known = !running.empty();
  if (!running.empty()) { shown.copy_of = running.mapped().copy_of; }
  auto const where = show(in->second, what.batch, shown);
  auto const before = bad_.find(what.test);
  if (before != bad_.end() && before->second.began <= where.began) {
    file_.arrow("retry", before->second.row, before->second.began, where.row, where.began);
  }
  if (is_bad(what.report.ended)) { bad_[what.test] = where; }
}

OFFLOAD_INLINE trace_thread trace_reporter::parts::free_row(std::uint32_t slot, time_point began,
                                                            time_point ended) {
  auto& ends = rows_of(slot).rows_end;
  auto const found = std::ranges::find_if(ends, [&](auto const& end) { return end <= began; });
  auto const index = static_cast<std::uint32_t>(found - ends.begin());
  auto const row = trace_thread{slot + 1, index == 0 ? trace_reporter_detail::exec_row
                                                     : trace_reporter_detail::io_row + index};
  if (found != ends.end()) {
    *found = ended;
    return row;
  }
  ends.push_back(ended);
  if (index > 0) { file_.name_thread(row, fmt::format("Exec {}", index + 1)); }
  return row;
}

OFFLOAD_INLINE trace_reporter::parts::place trace_reporter::parts::show(open_batch& in,
                                                                        batch_id batch,
                                                                        shown_test const& test) {
  auto began = std::max(test.began, in.began);
  auto ended = std::max(test.ended, began);
  if (!test.is_start_known) {
    auto const took = test.ended - test.began;
    began = in.last_end;
    ended = std::clamp(began + took, began, std::max(began, test.ended));
  }
  in.last_end = std::max(in.last_end, ended);
  place const at{free_row(in.slot, began, ended), began};
  auto const category = test.category + (test.copy_of ? ",copy" : "");
  file_.slice(
      at.row, test.id, category, began, ended,
      trace_reporter_detail::arguments([&](json_line& line) {
        line.text("outcome", test.outcome);
        if (test.attempt > 0) { line.number("attempt", test.attempt); }
        line.number("batch", batch.value).some_text("message", terminal::gist(test.message));
        if (test.copy_of) { line.number("copy_of_batch", test.copy_of->first.value); }
        if (!test.is_start_known) { line.text("start", "not known"); }
      }));
  if (test.copy_of && test.copy_of->second.began <= began) {
    file_.arrow("copy", test.copy_of->second.row, test.copy_of->second.began, at.row, began);
  }
  return at;
}

OFFLOAD_INLINE void trace_reporter::parts::hear(test_decided const& event, time_point now) {
  ++done_;
  if (event.record.ended == verdict::failed) { ++failed_; }
  bad_.erase(event.test);
  for (auto it = running_.lower_bound({event.test, {0}});
       it != running_.end() && it->first.test == event.test; ++it) {
    it->second.is_decided = true;
  }
  if (now - counted_ < trace_reporter_detail::between_counts) { return; }
  counted_ = now;
  file_.counter("tests", "done", done_, now);
  file_.counter("failed tests", "failed", failed_, now);
}

OFFLOAD_INLINE void trace_reporter::parts::hear(batch_ended const& event, time_point now) {
  auto const found = batches_.find(event.id);
  if (found == batches_.end()) { return; }
  auto const ended = event.at == time_point{} ? now : event.at;
  close_batch(event.id, found->second, ended, to_string(event.how), event.why);
  batches_.erase(found);
}

OFFLOAD_INLINE void trace_reporter::parts::close_batch(batch_id id, open_batch& batch,
                                                       time_point ended, std::string_view how,
                                                       std::string_view why) {
  auto const end_of_all = std::max({batch.began, batch.last_end, ended});
  auto const outcome = how == to_string(batch_end::cancelled) ? "cancelled" : "lost";
  show_uncounted(batch, id, end_of_all, outcome, [](auto const&) { return true; });
  file_.slice({batch.slot + 1, trace_reporter_detail::exec_row}, fmt::format("batch_{}", id.value),
              "exec", batch.began, end_of_all,
              trace_reporter_detail::arguments([&](json_line& line) {
                line.number("batch_index", id.value)
                    .number("test_count", batch.tests)
                    .number("sandbox_index", batch.slot)
                    .text("outcome", how)
                    .some_text("why", terminal::gist(why));
              }));
  rows_of(batch.slot).batches_end = end_of_all;
  // The batch that the worker was given ahead begins here.
  for (auto& [other, open] : batches_) {
    if (open.slot == batch.slot && other != id && open.began < end_of_all) {
      open.began = end_of_all;
      open.last_end = std::max(open.last_end, end_of_all);
    }
  }
}

OFFLOAD_INLINE void trace_reporter::parts::hear(notice const& event, time_point now) {
  file_.instant({0, 0}, terminal::gist(event.text), "notice", now);
}

OFFLOAD_INLINE void trace_reporter::parts::hear(run_ended const& event, time_point now) {
  file_.counter("tests", "done", done_, now);
  file_.counter("failed tests", "failed", failed_, now);
  if (event.summary.ended != run_end::complete) {
    file_.instant({0, 0}, terminal::gist(event.summary.why_stopped), "orchestrator", now);
  }
  begin(phase_, "sandbox_cleanup", "orchestrator", now);
}

OFFLOAD_INLINE void trace_reporter::parts::hear(run_failed const& event, time_point now) {
  file_.instant({0, 0}, "run_failed", "orchestrator", now,
                trace_reporter_detail::one_argument("why", terminal::gist(event.why.message)));
}

OFFLOAD_INLINE void trace_reporter::parts::hear(clean_up_ended const&, time_point now) {
  end_everything(now);
  file_.close();
}

OFFLOAD_INLINE void trace_reporter::parts::end_everything(time_point now) {
  while (!batches_.empty()) {
    auto const first = batches_.begin();
    close_batch(first->first, first->second, now, "unknown", {});
    batches_.erase(first);
  }
  for (auto& [slot, rows] : slots_) { end(rows.api, now); }
  end(image_, now);
  end(phase_, now);
}

OFFLOAD_INLINE trace_reporter::trace_reporter(line_output to, run_clock clock)
    : parts_{std::in_place, std::move(to), clock} {}

OFFLOAD_INLINE void trace_reporter::on(run_event const& event) { parts_->on(event); }
OFFLOAD_INLINE std::string const& trace_reporter::file() const { return parts_->file(); }
OFFLOAD_INLINE std::optional<error> const& trace_reporter::failure() const {
  return parts_->failure();
}

}  // namespace offload
